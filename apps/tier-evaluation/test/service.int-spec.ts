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

const PROGRAM = {
  currency: 'USD',
  timezone: 'America/New_York',
  metric: 'sales',
  tiers: [
    { name: 'Bronze', color: '#b08d57', threshold: '0', commissionRateBps: 1_000 },
    { name: 'Silver', color: '#c0c0c0', threshold: '1000', commissionRateBps: 1_200 },
    { name: 'Gold', color: '#d4af37', threshold: '2000.50', commissionRateBps: 1_500 },
  ],
};

let database: TestDatabase;
let topics: TestTopics;
let service: RunningService;
let clientId: ClientId;
let admin: string;

beforeAll(async () => {
  [database, topics] = await Promise.all([createTestDatabase('tier-evaluation'), createTestTopics()]);
  service = await startService('tier-evaluation', { database, topics });
  clientId = aClientId();
  admin = await testSigner().token({ role: 'admin', clientId });
  await topics.publish([clientCreated({ clientId })]);
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

async function call(
  method: string,
  path: string,
  given: { body?: unknown; headers?: object; token?: string } = {},
): Promise<Answered> {
  const response = await fetch(`${service.url}/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${given.token ?? admin}`,
      ...(given.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...given.headers,
    },
    ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

/** A creator with sales of one sync, which is completed and applied. */
async function syncOf(
  sequence: number,
  date: string,
  previous: string | null,
  gmv: readonly [CreatorId, string, number][],
): Promise<string> {
  const sync = { syncId: randomUUID(), syncSequence: sequence, businessDate: date, previousBusinessDate: previous };
  await topics.publish([
    ...gmv.map(([creatorId, gmvMinor, version]) =>
      salesRecorded({ clientId, creatorId, version, ...sync, differences: [{ gmvMinor }] }),
    ),
    syncCompleted({ clientId, ...sync, creatorSalesEvents: gmv.length }),
  ]);
  await eventually(async () =>
    (await topics.read('laurel.sync-application')).some(({ subject }) => subject === `${sync.syncId}:tier-evaluation`),
  );
  return sync.syncId;
}

describe('tier-evaluation as a process', () => {
  it('takes a program, at once after the client was made, and changes it only against its ETag', async () => {
    const made = await call('PUT', '/program', { body: PROGRAM });
    expect([made.status, made.headers.get('etag')]).toEqual([200, '"1"']);
    expect(made.body).toMatchObject({
      version: 1,
      mode: 'checkpoint',
      checkpointMonths: 4,
      attribution: 'ledger',
      clearingDays: 20,
    });
    expect((made.body['tiers'] as unknown[])[2]).toEqual({ tier: 3, ...PROGRAM.tiers[2] });
    expect((await call('PUT', '/program', { body: PROGRAM })).status).toBe(428);
    const other = { headers: { 'if-match': '"7"' }, body: PROGRAM };
    expect((await call('PUT', '/program', other)).body).toMatchObject({ status: 412, code: 'precondition.failed' });
    const changed = { headers: { 'if-match': '"1"' }, body: { ...PROGRAM, clearingDays: 21 } };
    expect((await call('PUT', '/program', changed)).body).toMatchObject({ version: 2, clearingDays: 21 });
    expect((await call('GET', '/program')).headers.get('etag')).toBe('"2"');
  });

  it('refuses a faulty program with all its faults', async () => {
    const tiers = [PROGRAM.tiers[0], PROGRAM.tiers[2], PROGRAM.tiers[1]];
    const refused = await call('PUT', '/program', { body: { ...PROGRAM, timezone: 'Mars/Olympus', tiers } });
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({ code: 'validation_failed' });
    expect((refused.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual([
      '/timezone',
      '/tiers/2/threshold',
    ]);
  });

  it('answers where a creator stands, and why', async () => {
    const { creatorId, onboarded } = aCreator({ clientId, onboardedOn: '2025-01-06' });
    await topics.publish([onboarded]);
    const first = await syncOf(1, '2025-01-06', null, [[creatorId, '125050', 1]]);
    expect((await call('GET', `/creators/${creatorId}/tier`)).body).toEqual({
      tier: 2,
      tierName: 'Silver',
      tierVersion: 1,
      reachedOn: '2025-01-06',
      windowStart: '2025-01-06',
      dueDate: '2025-05-06',
      promotionValue: '1250.50',
      checkpointValue: '0.00',
      lifetimeValue: '1250.50',
      base: '0.00',
      opening: '1250.50',
      nextTier: { tier: 3, threshold: '2000.50', missing: '750.00' },
      keep: { threshold: '1000.00', missing: '1000.00' },
      projectedTier: 1,
      asOf: '2025-01-06',
    });
    const due = await syncOf(2, '2025-05-06', '2025-01-06', []);
    const { body } = await call('GET', `/creators/${creatorId}/decisions?limit=1`);
    expect(body['data']).toEqual([
      expect.objectContaining({
        kind: 'promotion',
        decidedFor: '2025-01-06',
        windowStart: null,
        dueDate: null,
        value: '1250.50',
        threshold: '1000.00',
        outcome: 'promoted',
        programVersion: 2,
        cause: { kind: 'sync', syncId: first },
      }),
    ]);
    const next = await call('GET', `/creators/${creatorId}/decisions?limit=1&cursor=${String(body['nextCursor'])}`);
    expect(next.body['nextCursor']).toBeNull();
    expect(next.body['data']).toEqual([
      expect.objectContaining({
        kind: 'checkpoint',
        outcome: 'demoted',
        value: '0.00',
        cause: { kind: 'sync', syncId: due },
      }),
    ]);
  });

  it('takes an adjustment once for one key, at once after the sync is applied', async () => {
    const { creatorId } = aCreator({ clientId });
    await syncOf(3, '2025-06-01', '2025-05-06', [[creatorId, '90000', 1]]);
    await topics.publish([programmeDateAdvanced({ clientId, programmeDate: '2025-06-01', syncSequence: 3 })]);
    const path = `/creators/${creatorId}/adjustments`;
    const body = { amount: { amount: '100.00', currency: 'USD' }, kind: 'bonus', reason: 'a good month' };
    expect((await call('POST', path, { body })).body).toMatchObject({ code: 'idempotency.key_required' });
    const headers = { 'idempotency-key': randomUUID() };
    const made = await call('POST', path, { body, headers });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ ...body, creatorId, effectiveDate: '2025-06-01' });
    expect((await call('POST', path, { body, headers })).body).toEqual(made.body);
    expect((await call('POST', path, { body: { ...body, amount: '5' }, headers })).body).toMatchObject({
      code: 'idempotency.key_reused',
    });
    const tier = await call('GET', `/creators/${creatorId}/tier`);
    expect(tier.body).toMatchObject({ tier: 2, lifetimeValue: '1000.00', reachedOn: '2025-06-01' });
    const late = { ...body, effectiveDate: '2025-06-02' };
    const refused = await call('POST', path, { body: late, headers: { 'idempotency-key': randomUUID() } });
    expect(refused.body).toMatchObject({
      status: 422,
      code: 'adjustment.date_out_of_range',
      allowed: { from: '2025-06-01', to: '2025-06-01' },
    });
    const units = { units: 3, kind: 'bonus', reason: 'of the wrong kind' };
    const wrong = await call('POST', path, { body: units, headers: { 'idempotency-key': randomUUID() } });
    expect(wrong.body).toMatchObject({ status: 422, errors: [expect.objectContaining({ pointer: '/units' })] });
  });

  it('shows a creator itself alone, and nobody another client’s', async () => {
    const { creatorId } = aCreator({ clientId });
    await syncOf(4, '2025-06-02', '2025-06-01', [[creatorId, '100', 1]]);
    const own = await testSigner().token({ role: 'creator', clientId, sub: creatorId });
    expect((await call('GET', `/creators/${creatorId}/tier`, { token: own })).status).toBe(200);
    expect((await call('GET', `/creators/${randomUUID()}/tier`, { token: own })).status).toBe(404);
    const stranger = await testSigner().token({ role: 'admin', clientId: aClientId() });
    expect((await call('GET', `/creators/${creatorId}/tier`, { token: stranger })).status).toBe(404);
    expect((await call('PUT', '/program', { token: own, body: PROGRAM })).status).toBe(403);
  });

  it('ranks the creators, to a creator with its own place, and tells what a sync did', async () => {
    const [first, second] = [aCreator({ clientId }).creatorId, aCreator({ clientId }).creatorId];
    const syncId = await syncOf(5, '2025-06-03', '2025-06-02', [
      [first, '500000', 1],
      [second, '500000', 1],
    ]);
    const own = await testSigner().token({ role: 'creator', clientId, sub: first });
    const page = await call('GET', '/leaderboard?limit=1', { token: own });
    expect(page.body).toMatchObject({ data: [{ rank: 1, value: '5000.00' }], asOf: '2025-06-03', syncId });
    const next = await call('GET', `/leaderboard?limit=2&cursor=${String(page.body['nextCursor'])}`, { token: own });
    expect((next.body['data'] as { rank: number }[]).map(({ rank }) => rank)).toEqual([1, 3]);
    const mine = await call('GET', `/leaderboard?creatorId=${first}`, { token: own });
    expect(mine.body).toMatchObject({ data: [{ rank: 1, creatorId: first, value: '5000.00' }], nextCursor: null });
    expect((await call('GET', `/leaderboard?creatorId=${second}`, { token: own })).status).toBe(404);
    expect((await call('GET', '/leaderboard?creatorId=me')).body).toMatchObject({ status: 422 });
    expect((await call('GET', `/leaderboard?creatorId=${randomUUID()}`)).body).toMatchObject({ data: [] });
    const impact = await call('GET', `/syncs/${syncId}/impact`);
    expect(impact.body).toMatchObject({
      syncId,
      businessDate: '2025-06-03',
      moved: { up: { creators: 2, value: '10000.00' }, down: { creators: 0, value: '0.00' } },
      promotions: [{ tierBefore: 1, tierAfter: 3, creators: 2 }],
      checkpoints: { maintained: 0, demoted: 0, promoted: 0, changes: [] },
      projectedBelow: { creators: 2, newly: 0 },
    });
    const { first: named } = impact.body['projectedBelow'] as { first: object[] };
    expect(named).toHaveLength(2);
    expect(named[0]).toMatchObject({
      tier: 3,
      projectedTier: 1,
      dueDate: '2025-10-03',
      value: '0.00',
      missing: '2000.50',
    });
    expect((await call('GET', `/syncs/${syncId}/impact`, { token: own })).status).toBe(403);
    expect((await call('GET', `/syncs/${randomUUID()}/impact`)).status).toBe(404);
  });
});
