import { gzipSync } from 'node:zlib';
import { sql } from '#libs/persistence';
import { measureMemory, type MemoryMeasurement, type RunningService } from '#libs/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HttpClient, openHttpWorld, type Answer, type HttpWorld, type SentBody } from './http-world.ts';
import { csvOf } from './ingestion-world.ts';

const MEGABYTE = 1_048_576;
/** What neither process may come near, whatever it is sent. */
const MOST_MB = 350;
const GOOD = csvOf({ handle: 'ana', video: 1 });
const HEADER = GOOD.slice(0, GOOD.indexOf('\n') + 1);
const ROW = GOOD.slice(HEADER.length);

let world: HttpWorld;
let ingestion: RunningService;
let gateway: RunningService;
let client: HttpClient;
let memory: Map<string, MemoryMeasurement>;

beforeAll(async () => {
  world = await openHttpWorld();
  ingestion = await world.start();
  gateway = await world.startGateway(ingestion);
  memory = new Map([gateway, ingestion].map(({ name, pid }) => [name, measureMemory(pid)]));
});
afterAll(() => world.close());
beforeEach(async () => {
  client = await HttpClient.create(world);
});

async function* repeated(piece: Buffer, times: number, before: string | Buffer): AsyncGenerator<Buffer> {
  yield Buffer.from(before as string);
  for (let time = 0; time < times; time++) yield piece;
}

const send = (body: SentBody, headers: Record<string, string> = {}): Promise<Answer> =>
  client.upload(gateway, '2026-01-05', body, headers);

/** Nothing of it is booked, its sync says why, and the client can go on. */
async function expectNothing(code: string): Promise<void> {
  expect(await client.syncs()).toMatchObject([{ status: 'failed', code }]);
  for (const table of [sql`creator`, sql`video`, sql`sales_entry`, sql`quarantined_row`]) {
    expect(await client.rows(sql`SELECT FROM ingestion.${table}`)).toEqual([]);
  }
  expect((await send(GOOD)).status).toBe(202);
}

const line = (number: number) => `line/${number}`;

describe('a file that is refused whole', () => {
  it.each<[string, SentBody, string, string, RegExp]>([
    ['is empty', '', 'sync.invalid_file', line(1), /empty/],
    ['is a header alone', HEADER, 'sync.invalid_file', line(1), /no rows/],
    ['lacks a column', GOOD.replace('GMV', 'Sales'), 'sync.missing_column', 'GMV', /missing/],
    ['has a column twice', GOOD.replace('CTR', 'CTR, gmv'), 'sync.duplicate_column', 'GMV', /more than once/],
    [
      'has a quote that never closes',
      `${GOOD}"ana,x`,
      'sync.invalid_file',
      line(3),
      /not closed .*line 3, column Handle/,
    ],
    ['has a NUL byte', `${GOOD}an\0a,x\n`, 'sync.invalid_file', line(3), /NUL/],
    [
      'has bytes that are no UTF-8',
      Buffer.concat([Buffer.from(`${GOOD}"two\nlines",x\nan`), Buffer.from([0xe9, 10])]),
      'sync.invalid_file',
      line(5),
      /not UTF-8/,
    ],
    ['is UTF-16', Buffer.from(`\uFEFF${GOOD}`, 'utf16le'), 'sync.invalid_file', line(1), /UTF-16/],
    ['is UTF-16, big end first', utf16be(`\uFEFF${GOOD}`), 'sync.invalid_file', line(1), /UTF-16/],
    ['is UTF-16 and does not say so', Buffer.from(GOOD, 'utf16le'), 'sync.invalid_file', line(1), /UTF-16/],
    ['ends its lines in CR', GOOD.replaceAll('\n', '\r'), 'sync.invalid_file', line(1), /CR/],
    [
      'ends its many lines in CR',
      (HEADER + ROW.repeat(20_000)).replaceAll('\n', '\r'),
      'sync.invalid_file',
      line(1),
      /CR/,
    ],
    [
      'ends its lines in CR below a header that ends in LF',
      GOOD + (ROW + ROW).replaceAll('\n', '\r'),
      'sync.invalid_file',
      line(3),
      /CR alone/,
    ],
  ])('because it %s', async (_, body, code, pointer, message) => {
    const answer = await send(body);
    expect(answer).toMatchObject({ status: 422, body: { code, errors: [{ pointer }] } });
    expect(answer.body.detail).toMatch(message);
    await expectNothing(code);
  });

  it.each<[string, SentBody, string]>([
    ['500 MB of a quote that never closes', repeated(Buffer.alloc(MEGABYTE, 'x'), 500, `${GOOD}"ana`), 'Handle'],
    ['500 MB of lines in a quote', repeated(Buffer.alloc(MEGABYTE, 'x,y\n'), 500, `${GOOD}ana,"http`), 'Video'],
    ['a field of 50 MB', repeated(Buffer.alloc(MEGABYTE, 'x'), 50, `${GOOD}ana,https://x.y/`), 'Video'],
  ])('because it has %s', async (_, body, column) => {
    const answer = await send(body);
    expect(answer).toMatchObject({ status: 422, body: { code: 'sync.invalid_file', errors: [{ pointer: line(3) }] } });
    expect(answer.body.detail).toContain(`line 3, column ${column}`);
    await expectNothing('sync.invalid_file');
  });

  it('because it unpacks to more than 1 GiB', async () => {
    const blank = gzipSync(Buffer.concat([Buffer.alloc(MEGABYTE - 1, ' '), Buffer.from('\n')]));
    const answer = await send(repeated(blank, 1_025, gzipSync(GOOD)), {
      'content-encoding': 'gzip',
    });
    expect(answer).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
    await expectNothing('payload_too_large');
  }, 180_000);

  it.each<[string, Buffer]>([
    ['is not gzip, as it says it is', Buffer.from(GOOD)],
    ['is the first half of a gzip', gzipSync(csvOf(...many(2_000))).subarray(0, 4_000)],
    ['is gzip of nothing at all', Buffer.alloc(0)],
  ])('because it %s', async (_, body) => {
    const answer = await send(body, { 'content-encoding': 'gzip' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'sync.invalid_file' } });
    await expectNothing('sync.invalid_file');
  });
});

function many(count: number) {
  return Array.from({ length: count }, (_, index) => ({ handle: `h${index}`, video: `v${index * 7919}` }));
}

function utf16be(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

describe('in every case', () => {
  it('neither process has needed much memory', () => {
    for (const [name, measured] of memory) expect([name, measured.peakMb() < MOST_MB]).toEqual([name, true]);
  });
});
