import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { ClientId } from '#libs/kernel';
import {
  aProgram,
  createTestDatabase,
  createTestTopics,
  eventually,
  programPublished,
  startService,
  testSigner,
  type RunningService,
  type TestDatabase,
  type TestTopics,
} from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { csvOf } from './ingestion-world.ts';

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Record<string, unknown> & { data?: Record<string, unknown>[] };
}

let database: TestDatabase;
let topics: TestTopics;
let service: RunningService;

beforeAll(async () => {
  [database, topics] = await Promise.all([createTestDatabase('ingestion'), createTestTopics()]);
  service = await startService('ingestion', { database, topics });
});
afterAll(async () => {
  await service.stop();
  await Promise.all([database.drop(), topics.remove()]);
});

class Caller {
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  async call(
    method: string,
    path: string,
    sent: { body?: NonNullable<RequestInit['body']>; headers?: Record<string, string> } = {},
  ): Promise<Answered> {
    const headers = { authorization: `Bearer ${this.#token}`, ...sent.headers };
    const response = await fetch(service.url + path, { method, headers, body: sent.body ?? null });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const body = isJson ? (JSON.parse(text) as Answered['body']) : {};
    return { status: response.status, headers: response.headers, text, body };
  }

  upload(
    businessDate: string,
    body: NonNullable<RequestInit['body']>,
    headers: Record<string, string> = { 'content-type': 'text/csv' },
  ) {
    return this.call('POST', `/v1/syncs?businessDate=${businessDate}`, { body, headers });
  }

  async published(id: unknown): Promise<Answered['body']> {
    return eventually(async () => {
      const { body } = await this.call('GET', `/v1/syncs/${String(id)}`);
      return body['status'] === 'published' ? body : undefined;
    });
  }
}

const operator = async () => new Caller(await testSigner().token({ role: 'operator', sub: 'operator-1' }));
const admin = async (clientId: ClientId) =>
  new Caller(await testSigner().token({ role: 'admin', clientId, sub: 'admin-1' }));

function newClient(caller: Caller, slug: string, key = randomUUID()): Promise<Answered> {
  return caller.call('POST', '/v1/clients', {
    body: JSON.stringify({ name: 'Brand', slug }),
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
  });
}

async function clientWithProgram(): Promise<{ clientId: ClientId; caller: Caller }> {
  const { body } = await newClient(await operator(), `brand-${randomUUID().slice(0, 8)}`);
  const clientId = body['id'] as ClientId;
  await topics.publish([programPublished(clientId, aProgram())]);
  return { clientId, caller: await admin(clientId) };
}

describe('clients', () => {
  it('are made once per key, have a slug of their own, and are listed', async () => {
    const caller = await operator();
    const key = randomUUID();
    const first = await newClient(caller, 'glow', key);
    expect(first).toMatchObject({ status: 201, body: { name: 'Brand', slug: 'glow' } });
    expect((await newClient(caller, 'glow', key)).body).toEqual(first.body);
    expect(await newClient(caller, 'glow')).toMatchObject({ status: 409, body: { code: 'client.slug_taken' } });
    expect(await newClient(caller, 'Not A Slug')).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
    const listed = await caller.call('GET', '/v1/clients?limit=200');
    expect(listed.body.data).toContainEqual(first.body);
    const created = await eventually(async () => {
      const events = await topics.read('laurel.client');
      return events.find((event) => event.clientid === first.body['id']);
    });
    expect(created).toMatchObject({ type: 'laurel.client.created.v1', aggregateversion: 1 });
  });

  it('are the operators’ business alone', async () => {
    const { caller } = await clientWithProgram();
    expect((await caller.call('GET', '/v1/clients')).status).toBe(403);
  });
});

describe('uploads', () => {
  it('waits for the program that another service has just published', async () => {
    const { body } = await newClient(await operator(), `late-${randomUUID().slice(0, 8)}`);
    const clientId = body['id'] as ClientId;
    const upload = (await admin(clientId)).upload('2026-01-05', csvOf({ handle: 'ana', video: 1 }));
    await topics.publish([programPublished(clientId, aProgram())]);
    expect((await upload).status).toBe(202);
  });

  it('take text/csv, gzip and multipart; the same file again is the first sync', async () => {
    const { caller } = await clientWithProgram();
    const csv = csvOf({ handle: 'ana', video: 1 }, { handle: 'bob', video: 2, gmv: 'N/A' });
    const first = await caller.upload('2026-01-05', csv);
    expect(first).toMatchObject({ status: 202, body: { businessDate: '2026-01-05' } });
    expect(first.headers.get('location')).toBe(`/v1/syncs/${String(first.body['id'])}`);
    const sync = await caller.published(first.body['id']);
    expect(sync).toMatchObject({
      progress: { stage: 'published', done: 1, total: 1 },
      manifest: { rows: 2, accepted: 1, quarantined: 1, gmvAfter: { amount: '10.00', currency: 'USD' }, unitsAfter: 1 },
    });
    const again = await caller.upload('2026-01-05', gzipSync(csv), {
      'content-type': 'text/csv',
      'content-encoding': 'gzip',
    });
    expect(again).toMatchObject({ status: 200, body: { id: first.body['id'] } });
    const form = new FormData();
    form.set('file', new Blob([csvOf({ handle: 'ana', video: 1, gmv: '12.00' })], { type: 'text/csv' }), 'day.csv');
    const second = await caller.upload('2026-01-12', form, {});
    expect(second.status).toBe(202);
    expect((await caller.published(second.body['id']))['manifest']).toMatchObject({ accepted: 1 });
    const listed = await caller.call('GET', '/v1/syncs');
    expect(listed.body.data?.map(({ id }) => id)).toEqual([second.body['id'], first.body['id']]);
  });

  it('are refused with what is wrong', async () => {
    const { caller } = await clientWithProgram();
    const csv = csvOf({ handle: 'ana', video: 1 });
    expect(await caller.upload('today', csv)).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
    for (const distant of ['2206-01-05', '9999-11-15', '9999-12-31']) {
      expect(await caller.upload(distant, csv)).toMatchObject({
        status: 422,
        body: { code: 'validation_failed', errors: [{ pointer: 'businessDate', code: 'too_late' }] },
      });
    }
    expect(await caller.upload('2026-01-05', csv.replace('GMV', 'Sales'))).toMatchObject({
      status: 422,
      body: { code: 'sync.missing_column', errors: [{ pointer: 'GMV' }] },
    });
    const large = csv.replace('GMV', 'Sales') + csv.split('\n')[1]?.concat('\n').repeat(50_000);
    expect((await caller.upload('2026-01-05', large)).status).toBe(422);
    expect((await caller.upload('2026-01-05', `${csv}"${'x\n'.repeat(3_000_000)}`)).body).toMatchObject({
      code: 'sync.invalid_file',
      errors: [{ pointer: 'line/3' }],
    });
    expect((await caller.upload('2026-01-05', '{}', { 'content-type': 'application/json' })).status).toBe(415);
    expect((await caller.upload('2026-01-05', csv)).status).toBe(202);
  });

  it('keep a quarantine that is read as pages and as CSV', async () => {
    const { caller } = await clientWithProgram();
    const csv = csvOf(...[1, 2, 3].map((video) => ({ handle: '=1+1', video })));
    const { body } = await caller.upload('2026-01-05', csv);
    await caller.published(body['id']);
    const path = `/v1/syncs/${String(body['id'])}/quarantine`;
    const page = await caller.call('GET', `${path}?limit=2`);
    expect(page.body.data).toMatchObject([
      { line: 2, column: 'Handle', reason: 'handle', raw: csv.split('\n')[1] },
      { line: 3, reason: 'handle' },
    ]);
    const rest = await caller.call('GET', `${path}?limit=2&cursor=${String(page.body['nextCursor'])}`);
    expect(rest.body).toMatchObject({ data: [{ line: 4 }], nextCursor: null });
    const whole = await caller.call('GET', path, { headers: { accept: 'text/csv' } });
    expect(whole.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(whole.text.split('\r\n')[1]).toBe(`2,Handle,handle,"'${csv.split('\n')[1]}"`);
  });

  it('of another client are not there', async () => {
    const [mine, other] = await Promise.all([clientWithProgram(), clientWithProgram()]);
    const { body } = await mine.caller.upload('2026-01-05', csvOf({ handle: 'ana', video: 1 }));
    for (const path of ['', '/quarantine']) {
      expect((await other.caller.call('GET', `/v1/syncs/${String(body['id'])}${path}`)).status).toBe(404);
    }
    expect((await other.caller.call('POST', `/v1/syncs/${String(body['id'])}/approve`)).status).toBe(404);
  });
});

describe('creators', () => {
  it('are listed by handle, found by handle, tier and ids, and show their days', async () => {
    const { caller, clientId } = await clientWithProgram();
    const lines = ['cyd', 'ana', 'bob'].map((handle, video) => ({ handle, video, postDate: `2026-01-0${video + 1}` }));
    const first = await caller.upload('2026-01-05', csvOf(...lines));
    await caller.published(first.body['id']);
    const second = await caller.upload('2026-01-12', csvOf({ handle: 'ana', video: 1, gmv: '7.50', units: 0 }));
    await caller.published(second.body['id']);
    const page = await caller.call('GET', '/v1/creators?limit=2');
    expect(page.body.data?.map(({ handle }) => handle)).toEqual(['ana', 'bob']);
    const rest = await caller.call('GET', `/v1/creators?limit=2&cursor=${String(page.body['nextCursor'])}`);
    expect(rest.body).toMatchObject({
      data: [{ handle: 'cyd', tier: 1, firstVideoOn: '2026-01-01' }],
      nextCursor: null,
    });
    const ana = (await caller.call('GET', '/v1/creators?handle=@Ana')).body.data?.[0];
    expect(ana).toMatchObject({ handle: 'ana', onboardedOn: '2026-01-05' });
    expect((await caller.call('GET', '/v1/creators?tier=2')).body.data).toEqual([]);
    const id = String(ana?.['id']);
    expect((await caller.call('GET', `/v1/creators/${id}`)).body).toEqual(ana);
    const days = await caller.call('GET', `/v1/creators/${id}/sales`);
    expect(days.body.data).toMatchObject([
      {
        date: '2026-01-05',
        gmv: { amount: '10.00', currency: 'USD' },
        units: 1,
        videos: 1,
        views: 100,
        adjustments: '0.00',
      },
      { date: '2026-01-12', gmv: { amount: '-2.50', currency: 'USD' }, units: -1, videos: 1, views: 0 },
    ]);
    const own = new Caller(await testSigner().token({ role: 'creator', clientId, sub: id }));
    expect((await own.call('GET', `/v1/creators?ids=${id}`)).body.data).toEqual([{ id, handle: 'ana' }]);
    expect((await own.call('GET', '/v1/creators')).status).toBe(403);
    expect((await own.call('GET', `/v1/creators/${randomUUID()}/sales`)).status).toBe(404);
  });
});
