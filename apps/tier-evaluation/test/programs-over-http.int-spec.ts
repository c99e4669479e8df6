import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClientId, CreatorId } from '#libs/kernel';
import {
  aClientId,
  aCreator,
  clientCreated,
  createTestDatabase,
  createTestTopics,
  eventually,
  programmeDateAdvanced,
  salesRecorded,
  startService,
  syncCompleted,
  testSigner,
  type RunningService,
  type TestDatabase,
  type TestTopics,
} from '#libs/testing';

const TIERS = [
  { name: 'Bronze', color: '#b08d57', threshold: '0', commissionRateBps: 1_000 },
  { name: 'Silver', color: '#c0c0c0', threshold: '1000', commissionRateBps: 1_200 },
  { name: 'Gold', color: '#d4af37', threshold: '2000', commissionRateBps: 1_500 },
];
const PROGRAM = { currency: 'USD', timezone: 'America/New_York', metric: 'sales', tiers: TIERS };

/** The lifetime of each creator after the first sync, in minor units. */
const SOLD = { bronze: 90_000, silver: 130_000, gold: 250_000 } as const;

let database: TestDatabase;
let topics: TestTopics;
let service: RunningService;
let clientId: ClientId;
let admin: string;
const creators = {} as Record<keyof typeof SOLD, CreatorId>;

beforeAll(async () => {
  [database, topics] = await Promise.all([createTestDatabase('tier-evaluation'), createTestTopics()]);
  service = await startService('tier-evaluation', { database, topics });
  clientId = aClientId();
  admin = await testSigner().token({ role: 'admin', clientId });
  await topics.publish([clientCreated({ clientId })]);
  expect((await put(PROGRAM)).status).toBe(200);
  await firstSync();
});
afterAll(async () => {
  await service.stop();
  await topics.remove();
  await database.drop();
});

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

async function call(method: string, path: string, body?: unknown, headers: object = {}): Promise<Answered> {
  const response = await fetch(`${service.url}/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${admin}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const json = (await response.json()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body: json };
}

function put(program: object, query = '', ifMatch?: string): Promise<Answered> {
  return call('PUT', `/program${query}`, program, ifMatch === undefined ? {} : { 'if-match': ifMatch });
}

async function firstSync(): Promise<void> {
  const sync = { syncId: randomUUID(), syncSequence: 1, businessDate: '2025-01-31', previousBusinessDate: null };
  const made = (Object.keys(SOLD) as (keyof typeof SOLD)[]).map((name) => {
    const { creatorId, onboarded } = aCreator({ clientId, onboardedOn: '2025-01-31' });
    creators[name] = creatorId;
    const differences = [{ gmvMinor: String(SOLD[name]) }];
    return [onboarded, salesRecorded({ clientId, creatorId, version: 1, ...sync, differences })];
  });
  await topics.publish([...made.flat(), syncCompleted({ clientId, ...sync, creatorSalesEvents: 3 })]);
  await applied(sync.syncId);
}

async function applied(syncId: string): Promise<void> {
  await eventually(async () =>
    (await topics.read('laurel.sync-application')).some(({ subject }) => subject === `${syncId}:tier-evaluation`),
  );
}

const lowered = {
  ...PROGRAM,
  checkpointMonths: 6,
  tiers: [TIERS[0], { ...TIERS[1], name: 'Steel', threshold: '800' }, { ...TIERS[2], threshold: '1250.50' }],
};

describe('a change of the program', () => {
  it('is planned first: who is promoted, and every open window under both versions', async () => {
    const planned = await put(lowered, '?dryRun=true', '"1"');
    expect([planned.status, planned.headers.get('etag')]).toEqual([200, null]);
    const none = { demoted: 0, maintained: 0, promoted: 0 };
    expect(planned.body).toEqual({
      dryRun: true,
      program: expect.objectContaining({ version: 2, checkpointMonths: 6 }) as unknown,
      changes: [
        { pointer: '/checkpointMonths', before: 4, after: 6 },
        { pointer: '/tiers/1/name', before: 'Silver', after: 'Steel' },
        { pointer: '/tiers/1/threshold', before: '1000.00', after: '800.00' },
        { pointer: '/tiers/2/threshold', before: '2000.00', after: '1250.50' },
      ],
      promotions: {
        total: 2,
        byTier: [
          { from: 1, to: 2, creators: 1 },
          { from: 2, to: 3, creators: 1 },
        ],
      },
      windows: {
        open: 2,
        worse: 0,
        better: 0,
        under: { current: { ...none, demoted: 2 }, next: { ...none, demoted: 1, replaced: 1 } },
        byTier: [
          {
            tier: 2,
            open: 1,
            worse: 0,
            better: 0,
            under: {
              current: { ...none, demoted: 1, byTier: [{ tier: 1, creators: 1 }] },
              next: { ...none, replaced: 1, byTier: [] },
            },
          },
          {
            tier: 3,
            open: 1,
            worse: 0,
            better: 0,
            under: {
              current: { ...none, demoted: 1, byTier: [{ tier: 1, creators: 1 }] },
              next: { ...none, demoted: 1, replaced: 0, byTier: [{ tier: 1, creators: 1 }] },
            },
          },
        ],
      },
      setAside: 0,
    });
    expect((await call('GET', '/program')).headers.get('etag')).toBe('"1"');
  });

  it('is refused in a dry run as it would be without', async () => {
    for (const query of ['?dryRun=true', '?dryRun=false']) {
      expect((await put(lowered, query)).status).toBe(428);
      expect((await put(lowered, query, '"9"')).body).toMatchObject({ status: 412, code: 'precondition.failed' });
      const frozen = { ...lowered, mode: 'lifetime' };
      expect((await put(frozen, query, '"1"')).body).toMatchObject({ status: 409, code: 'program.frozen_field' });
      const between = [...TIERS.slice(0, 2), { ...TIERS[1], name: 'Rose', threshold: '1500' }, TIERS[2]];
      const inserted = await put({ ...PROGRAM, tiers: between }, query, '"1"');
      expect(inserted.body).toMatchObject({ status: 409, code: 'program.tier_in_use' });
      const faulty = await put({ ...PROGRAM, tiers: [...TIERS].reverse() }, query, '"1"');
      expect(faulty.body).toMatchObject({ status: 422, code: 'validation_failed' });
    }
    expect((await put(lowered, '?dryRun=perhaps', '"1"')).body).toMatchObject({ status: 422 });
  });

  it('promotes as planned, keeps open windows’ due dates, and is named by the decisions', async () => {
    const made = await put(lowered, '', '"1"');
    expect([made.status, made.headers.get('etag')]).toEqual([200, '"2"']);
    await eventually(async () => (await call('GET', `/creators/${creators.silver}/tier`)).body['tier'] === 3);
    await eventually(async () => (await call('GET', `/creators/${creators.bronze}/tier`)).body['tier'] === 2);
    const lifted = await call('GET', `/creators/${creators.silver}/tier`);
    expect(lifted.body).toMatchObject({ reachedOn: '2025-01-31', dueDate: '2025-07-31' });
    const kept = await call('GET', `/creators/${creators.gold}/tier`);
    expect(kept.body).toMatchObject({ tier: 3, tierVersion: 1, dueDate: '2025-05-31' });
    const { body } = await call('GET', `/creators/${creators.silver}/decisions`);
    expect((body['data'] as object[]).at(-1)).toMatchObject({
      kind: 'promotion',
      decidedFor: '2025-01-31',
      programVersion: 2,
      cause: { kind: 'program', version: 2 },
    });
  });

  it('waits while a sync is half consumed, then says so', async () => {
    const sync = {
      syncId: randomUUID(),
      syncSequence: 2,
      businessDate: '2025-02-07',
      previousBusinessDate: '2025-01-31',
    };
    const sold = (name: keyof typeof SOLD, version: number) =>
      salesRecorded({ clientId, creatorId: creators[name], version, ...sync, differences: [{ gmvMinor: '100' }] });
    await topics.publish([sold('gold', 2), syncCompleted({ clientId, ...sync, creatorSalesEvents: 2 })]);
    await eventually(
      async () => (await call('GET', `/creators/${creators.gold}/tier`)).body['lifetimeValue'] === '2501.00',
    );
    const refused = await put({ ...lowered, clearingDays: 3 }, '', '"2"');
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(refused.body).toMatchObject({
      status: 409,
      code: 'program.sync_running',
      detail: expect.stringContaining('sync 2 of 2025-02-07 stands still: sales of 1 of 2 creators') as unknown,
      sync: { sequence: 2, businessDate: '2025-02-07', seen: 1, expected: 2, unreadableRecords: 0 },
    });
    const waiting = put({ ...lowered, clearingDays: 3 }, '', '"2"');
    await topics.publish([sold('silver', 2)]);
    expect((await waiting).body).toMatchObject({ version: 3, clearingDays: 3 });
    await topics.publish([programmeDateAdvanced({ clientId, programmeDate: '2025-02-07', syncSequence: 2 })]);
  });
});

describe('reviews ahead', () => {
  const reviews = (query: string) => call('GET', `/reviews${query}`);
  const dataOf = ({ body }: Answered) => body['data'] as { creatorId: CreatorId }[];

  it('list by due date what each review would bring', async () => {
    const answered = await reviews('');
    expect(dataOf(answered)[0]).toEqual({
      creatorId: creators.gold,
      tier: 3,
      tierName: 'Gold',
      windowStart: '2025-01-31',
      dueDate: '2025-05-31',
      value: '1.00',
      threshold: '1250.50',
      missing: '1249.50',
      projectedTier: 1,
      projected: 'demoted',
    });
    expect(dataOf(answered)).toHaveLength(3);
    expect(answered.body['nextCursor']).toBeNull();
  });

  it('are filtered, and paged by a cursor that belongs to the filter', async () => {
    expect(dataOf(await reviews('?dueBefore=2025-05-31'))).toEqual([]);
    expect(dataOf(await reviews('?dueBefore=2025-06-01&projected=demoted&tier=3'))).toHaveLength(1);
    expect(dataOf(await reviews('?tier=2')).map(({ creatorId }) => creatorId)).toEqual([creators.bronze]);
    expect(dataOf(await reviews('?tier=1'))).toEqual([]);
    expect(dataOf(await reviews('?projected=maintained'))).toEqual([]);
    const first = await reviews('?projected=demoted&limit=2');
    const cursor = String(first.body['nextCursor']);
    const second = await reviews(`?projected=demoted&limit=2&cursor=${cursor}`);
    const ids = [...dataOf(first), ...dataOf(second)].map(({ creatorId }) => creatorId);
    expect(new Set(ids)).toEqual(new Set(Object.values(creators)));
    expect(second.body['nextCursor']).toBeNull();
    expect((await reviews(`?limit=2&cursor=${cursor}`)).body).toMatchObject({ status: 422 });
  });

  it.each(['dueBefore=2025-02-30', 'dueBefore=soon', 'projected=lost', 'tier=7', 'tier=two', 'limit=0', 'cursor=x'])(
    'refuse %s',
    async (query) => {
      expect((await reviews(`?${query}`)).body).toMatchObject({ status: 422, code: 'validation_failed' });
    },
  );

  it('are the admin’s alone, and of no other client', async () => {
    const own = await testSigner().token({ role: 'creator', clientId, sub: creators.gold });
    expect((await call('GET', '/reviews', undefined, { authorization: `Bearer ${own}` })).status).toBe(403);
    const stranger = await testSigner().token({ role: 'admin', clientId: aClientId() });
    const others = await call('GET', '/reviews', undefined, { authorization: `Bearer ${stranger}` });
    expect([others.status, dataOf(others)]).toEqual([200, []]);
  });
});

describe('an adjustment', () => {
  const adjust = (creatorId: CreatorId, amount: string, effectiveDate?: string) =>
    call(
      'POST',
      `/creators/${creatorId}/adjustments`,
      { amount, kind: 'correction', reason: 'a test', ...(effectiveDate === undefined ? {} : { effectiveDate }) },
      { 'idempotency-key': randomUUID() },
    );

  it.each([
    ['2025-01-30', 422],
    ['2025-02-08', 422],
    ['2025-01-31', 201],
    ['2025-02-07', 201],
  ])('for %s, with windows open from 2025-01-31 and today 2025-02-07: %d', async (date, status) => {
    const made = await adjust(creators.gold, '1.00', date);
    expect(made.status).toBe(status);
    if (status === 201) return;
    expect(made.body).toMatchObject({
      code: 'adjustment.date_out_of_range',
      detail: 'effectiveDate lies from 2025-01-31 to 2025-02-07',
      allowed: { from: '2025-01-31', to: '2025-02-07' },
      errors: [expect.objectContaining({ pointer: '/effectiveDate' })],
    });
  });

  it('of a creator who has never left tier 1 may be of any day until today', async () => {
    const { creatorId, onboarded } = aCreator({ clientId, onboardedOn: '2025-02-07' });
    await topics.publish([onboarded]);
    expect((await adjust(creatorId, '1.00', '2016-02-29')).status).toBe(201);
    expect((await adjust(creatorId, '1.00', '2025-02-08')).body).toMatchObject({
      code: 'adjustment.date_out_of_range',
      allowed: { from: null, to: '2025-02-07' },
    });
  });

  it('counts at once in its window, and promotes at once, dated to the programme date', async () => {
    const before = (await call('GET', `/creators/${creators.bronze}/tier`)).body;
    expect(before).toMatchObject({ tier: 2, checkpointValue: '0.00', promotionValue: '900.00' });
    expect((await adjust(creators.bronze, '350.49', '2025-02-01')).status).toBe(201);
    const counted = (await call('GET', `/creators/${creators.bronze}/tier`)).body;
    expect(counted).toMatchObject({ tier: 2, checkpointValue: '350.49', promotionValue: '1250.49' });
    const own = dataOf(await call('GET', '/reviews?tier=2')).find(({ creatorId }) => creatorId === creators.bronze);
    expect(own).toMatchObject({ value: '350.49', missing: '449.51' });
    expect((await adjust(creators.bronze, '0.01', '2025-02-01')).status).toBe(201);
    const promoted = (await call('GET', `/creators/${creators.bronze}/tier`)).body;
    expect(promoted).toMatchObject({ tier: 3, reachedOn: '2025-02-07', checkpointValue: '0.00' });
  });

  const dataOf = ({ body }: Answered) => body['data'] as { creatorId: CreatorId }[];
});
