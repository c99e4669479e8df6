import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testSigner } from '#libs/testing';
import pg from 'pg';
import { prepareMillion } from '../../infra/demo/million.ts';
import { loadSeries } from '../data/samples.ts';
import { Programme } from './programme.ts';
import { RunningLaurel } from './running-laurel.ts';

const FILES = 16;
const CREATORS_WRITTEN = 3_000;

interface Finding {
  readonly service: string;
  readonly kind: string;
  readonly expected: string;
  readonly found: string;
}

let laurel: RunningLaurel;
let programme: Programme;

beforeAll(async () => {
  laurel = await RunningLaurel.start();
  programme = await Programme.create(laurel, 'reconciled', loadSeries('a').program);
}, 120_000);
afterAll(() => laurel.stop(), 60_000);

/** `npm run ops -- ...` */
async function ops(...args: string[]): Promise<{ code: number; printed: string }> {
  const token = await testSigner().token({ role: 'operator', sub: 'operator' });
  const whole = ['dist/infra/ops/ops.js', ...args, '--url', laurel.url, '--token', token];
  return new Promise((resolve) => {
    execFile(process.execPath, whole, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, printed: `${stdout}${stderr}` });
    });
  });
}

async function asSuperuser(statement: string): Promise<void> {
  const admin = new pg.Client({ connectionString: laurel.database.adminUrl });
  await admin.connect();
  await admin.query(statement, [programme.clientId]);
  await admin.end();
}

describe('figures that stand in two places', () => {
  it('agree while files are booked and applied', async () => {
    const operator = await laurel.operator();
    const { files } = loadSeries('a');
    const answers: { services: { name: string; compared: number }[]; findings: Finding[] }[] = [];
    for (const file of files.slice(0, FILES)) {
      const { id } = await programme.upload(file.businessDate, file.csv);
      answers.push(await operator.post(`/v1/ops/reconcile?clientId=${programme.clientId}`));
      await programme.untilStatus(id, 'published', 'applied');
      answers.push(await operator.post(`/v1/ops/reconcile?clientId=${programme.clientId}`));
    }
    await laurel.settled();
    answers.push(await operator.post('/v1/ops/reconcile'));
    expect(answers.flatMap(({ findings }) => findings)).toEqual([]);
    const compared = answers.at(-1)?.services.filter(({ compared: rows }) => rows > 800);
    expect(compared?.map(({ name }) => name)).toEqual(['ingestion', 'tier-evaluation']);
  }, 300_000);

  it('are reported when one is wrong, and no more once it is made again', async () => {
    expect((await ops('findings')).printed).toBe('0 findings\n');
    await asSuperuser(`
      UPDATE tier_evaluation.standing SET lifetime = lifetime + 4200
      WHERE client_id = $1 AND creator_id = (
        SELECT creator_id FROM tier_evaluation.standing WHERE client_id = $1 AND tier > 1 ORDER BY creator_id LIMIT 1)`);

    const seen = await ops('reconcile', '--client', programme.clientId);
    expect(seen.code).toBe(1);
    expect(seen.printed).toMatch(/^tier-evaluation lifetime: expected \d+, found \d+ \(creator /);
    const operator = await laurel.operator();
    const open = await operator.all<Finding>(`/v1/ops/findings?clientId=${programme.clientId}`);
    expect(open).toEqual([expect.objectContaining({ service: 'tier-evaluation', kind: 'lifetime' })]);
    expect(Number(open[0]?.found) - Number(open[0]?.expected)).toBe(4200);

    const rebuilt = await ops('rebuild', 'tier-evaluation', '--client', programme.clientId);
    expect(rebuilt.printed).toMatch(/: lifetime \d+ -> \d+\n\d+ creators examined, 1 changed\n/);
    expect(rebuilt.code).toBe(0);
    expect(await operator.all(`/v1/ops/findings?clientId=${programme.clientId}`)).toEqual([]);
    expect(await operator.all('/v1/ops/findings?status=resolved&limit=1')).toHaveLength(1);
    expect((await ops('rebuild', 'tier-evaluation', '--client', programme.clientId)).printed).toContain(' 0 changed');
  }, 120_000);

  it('agree of a client whose creators were written into the tables, as the demo of a million does', async () => {
    const operator = await laurel.operator();
    const { clientId, rewardId } = await prepareMillion({
      creators: CREATORS_WRITTEN,
      databaseUrl: laurel.database.adminUrl,
      operator,
      adminOf: (id) => laurel.admin(id),
      show: () => undefined,
    });
    const admin = await laurel.admin(clientId);
    await admin.post(`/v1/rewards/${rewardId}/enable`);
    await laurel.settled();
    const [job] = await admin.all<object>('/v1/backfills');
    expect(job).toMatchObject({ status: 'done', certificate: { created: CREATORS_WRITTEN, missing: 0, stale: 0 } });
    expect(await operator.post(`/v1/ops/verify/redemption?clientId=${clientId}`)).toMatchObject({ faults: 0 });
    expect(await operator.post(`/v1/ops/reconcile?clientId=${clientId}`)).toMatchObject({ findings: [] });
  }, 120_000);

  it('are an operator’s to see alone, of clients that there are', async () => {
    expect((await programme.admin.request('GET', '/v1/ops/findings')).status).toBe(403);
    expect((await programme.admin.request('POST', '/v1/ops/reconcile')).status).toBe(403);
    const operator = await laurel.operator();
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect((await operator.request('POST', `/v1/ops/reconcile?clientId=${nobody}`)).status).toBe(404);
    expect((await operator.request('POST', '/v1/ops/reconcile?clientId=x')).status).toBe(422);
    expect((await operator.request('GET', '/v1/ops/findings?limit=x')).status).toBe(422);
    expect((await operator.request('GET', '/v1/ops/findings?cursor=nowhere')).status).toBe(422);
    const body = { clientId: nobody };
    expect((await operator.request('POST', '/v1/ops/rebuild/tier-evaluation', { body })).status).toBe(404);
    expect((await ops('rebuild', 'redemption', '--client', nobody)).code).toBe(2);
  });
});
