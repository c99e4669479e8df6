import { describe, expect, it } from '@jest/globals';
import { backfill } from './commands/backfill.ts';
import { GatewayError, type GatewayClient } from './gateway-client.ts';
import { barOf, type WatchedBackfill } from './progress-bar.ts';
import { Terminal } from './terminal.ts';

const RUNNING: WatchedBackfill = {
  id: 'b',
  status: 'running',
  expected: 5_000_000,
  eligible: 2_115_000,
  percent: 42.3,
  rowsPerSecond: 98_765,
  etaSeconds: 83,
  throttledBy: null,
  failure: null,
  certificate: null,
};
const CERTIFICATE = {
  eligible: 5_000_000,
  created: 4_999_990,
  broughtBack: 4,
  alreadyOpen: 1,
  excluded: { right_used_up: 5 },
  hidden: 0,
  missing: 0,
  stale: 0,
  digest: 'abc',
  startedAt: '2026-03-25T10:00:00.000Z',
  endedAt: '2026-03-25T10:01:00.000Z',
  rowsPerSecond: 83_333,
};

async function watch(...answers: (WatchedBackfill | Error)[]) {
  const asked: string[] = [];
  const get = (path: string) => {
    asked.push(path);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const written: string[] = [];
  const terminal = new Terminal({ isTTY: true, write: (text) => written.push(text) });
  const exitCode = await backfill.run({
    subjects: ['watch', 'b'],
    options: {},
    gateway: { get } as unknown as GatewayClient,
    print: (line) => terminal.print(line),
    show: (line) => terminal.show(line),
  });
  return { exitCode, asked, written };
}

describe('the bar of a backfill', () => {
  it('tells how far, how fast and how long', () => {
    expect(barOf(RUNNING)).toBe(
      '[#############.................]  42.3 %  2,115,000 of 5,000,000  98,765/s  1:23 left  running',
    );
  });

  it('tells what holds it back, and nothing that is not known yet', () => {
    const job = {
      ...RUNNING,
      percent: 0,
      eligible: 0,
      rowsPerSecond: null,
      etaSeconds: null,
      throttledBy: 'relay_lag',
    };
    expect(barOf(job)).toBe(
      '[..............................]   0.0 %  0 of 5,000,000  running  held back by relay_lag',
    );
  });

  it('moves in place, and ends with the certificate', async () => {
    const done = { ...RUNNING, status: 'done', percent: 100, certificate: CERTIFICATE };
    const { exitCode, asked, written } = await watch(RUNNING, RUNNING, done);
    expect(exitCode).toBe(0);
    expect(asked).toEqual(Array(3).fill('/v1/ops/backfills/b'));
    expect(written[0]).toBe(`\r\x1b[2K${barOf(RUNNING)}`);
    expect(written[1]).toBe(`\r\x1b[2K${barOf(done)}`);
    expect(written.slice(2).join('')).toBe(
      '\n5,000,000 creators = 4,999,990 created + 4 brought back + 1 already open + 5 right_used_up excluded\n' +
        '0 hidden, 0 missing, 0 stale\n' +
        'from 2026-03-25T10:00:00.000Z to 2026-03-25T10:01:00.000Z, 83,333 rows a second\ndigest abc\n',
    );
  });

  it('ends with 1 and the reason when the job has failed', async () => {
    const { exitCode, written } = await watch({ ...RUNNING, status: 'failed', failure: 'missing 1' });
    expect(exitCode).toBe(1);
    expect(written.at(-1)).toBe('\nmissing 1\n');
  });

  it('outlives the service, and ends with what is refused for good', async () => {
    const away = new GatewayError('redemption does not answer', true);
    const { exitCode, written } = await watch(RUNNING, away, away, { ...RUNNING, status: 'done' });
    expect(exitCode).toBe(0);
    expect(written[1]).toBe(`\r\x1b[2K${barOf(RUNNING)}  nobody answers, asking again`);
    await expect(watch(RUNNING, new GatewayError('404 not_found'))).rejects.toThrow('404 not_found');
  });
});
