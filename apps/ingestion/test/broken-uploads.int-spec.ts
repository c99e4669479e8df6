import { gzipSync } from 'node:zlib';
import { eventually, type RunningService } from '#libs/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HttpClient, openHttpWorld, type HttpWorld } from './http-world.ts';
import { csvOf } from './ingestion-world.ts';

const GOOD = csvOf({ handle: 'ana', video: 1 });
const LARGE = csvOf(...Array.from({ length: 5_000 }, (_, video) => ({ handle: `h${video}`, video })));
const FORM = 'multipart/form-data; boundary=edge';
const PART =
  '--edge\r\nContent-Disposition: form-data; name="file"; filename="day.csv"\r\nContent-Type: text/csv\r\n\r\n';

let world: HttpWorld;
let ingestion: RunningService;
let gateway: RunningService;
let client: HttpClient;

beforeAll(async () => {
  world = await openHttpWorld();
  const impatient = { LAUREL_UPLOAD_STALL_MS: '700' };
  ingestion = await world.start(impatient);
  gateway = await world.startGateway(ingestion, impatient);
});
afterAll(() => world.close());
beforeEach(async () => {
  client = await HttpClient.create(world);
});

async function* neverEnding(...pieces: readonly (string | Buffer)[]): AsyncGenerator<string | Buffer> {
  yield* pieces;
  await new Promise(() => undefined);
}

/** The sync has failed so, and nobody waits for it any more. */
async function expectFailed(code: string): Promise<void> {
  await eventually(async () => (await client.syncs())[0]?.status === 'failed', { describe: 'the sync has failed' });
  expect(await client.syncs()).toMatchObject([{ status: 'failed', code }]);
  expect((await client.upload(gateway, '2026-01-05', GOOD)).status).toBe(202);
}

describe.each(['the gateway', 'the service'])('an upload to %s', (where) => {
  const target = () => (where === 'the gateway' ? gateway : ingestion);

  it.each<[string, readonly (string | Buffer)[], Record<string, string>]>([
    ['before its first byte', [], {}],
    ['after some rows', [GOOD], {}],
    ['in the middle of a row', [LARGE.slice(0, 150_001)], {}],
    ['in the middle of a gzip', [gzipSync(LARGE).subarray(0, 5_000)], { 'content-encoding': 'gzip' }],
    ['in the middle of a form’s file', [PART, GOOD], { 'content-type': FORM }],
  ])('that stalls %s is answered 408 and can be sent again', async (_, pieces, headers) => {
    const answer = await client.upload(target(), '2026-01-05', neverEnding(...pieces), headers);
    expect(answer).toMatchObject({ status: 408, body: { code: 'sync.upload_stalled' } });
    if (where === 'the service' || pieces.length > 0) await expectFailed('sync.upload_stalled');
    // The service never hears of what does not begin.
    else expect(await client.syncs()).toEqual([]);
  });

  it('that stalls before the file of its form has begun no sync', async () => {
    const answer = await client.upload(target(), '2026-01-05', neverEnding('--edge\r\n'), { 'content-type': FORM });
    expect(answer).toMatchObject({ status: 408, body: { code: 'sync.upload_stalled' } });
    expect(await client.syncs()).toEqual([]);
  });

  it('whose form ends without its file, or in it, is refused', async () => {
    const answer = await client.upload(target(), '2026-01-05', `${PART}${GOOD}`, { 'content-type': FORM });
    expect(answer).toMatchObject({ status: 422, body: { code: 'sync.upload_interrupted' } });
    const none = await client.upload(target(), '2026-01-05', '--edge--\r\n', { 'content-type': FORM });
    expect(none).toMatchObject({ status: 422, body: { code: 'validation_failed', errors: [{ pointer: 'file' }] } });
    const noEdge = await client.upload(target(), '2026-01-05', GOOD, { 'content-type': 'multipart/form-data' });
    expect(noEdge).toMatchObject({ status: 422, body: { code: 'sync.invalid_file' } });
    await expectFailed('sync.upload_interrupted');
  });

  it('that is shorter than it said has failed', async () => {
    const socket = await client.open(target(), { 'content-length': GOOD.length + 1 });
    socket.write(GOOD);
    await eventually(async () => (await client.syncs()).length === 1);
    socket.end();
    await expectFailed('sync.upload_interrupted');
    socket.destroy();
  });

  it('that is aborted has failed', async () => {
    const socket = await client.open(target(), { 'content-length': LARGE.length });
    socket.write(LARGE.slice(0, 100_000));
    await eventually(async () => (await client.syncs()).length === 1);
    socket.destroy();
    await expectFailed('sync.upload_interrupted');
  });

  it('that is aborted in a gzip or a form has failed', async () => {
    const socket = await client.open(target(), { 'content-encoding': 'gzip', 'content-length': 1_000_000 });
    socket.write(gzipSync(LARGE).subarray(0, 5_000));
    await eventually(async () => (await client.syncs()).length === 1);
    socket.destroy();
    await expectFailed('sync.upload_interrupted');
  });
});
