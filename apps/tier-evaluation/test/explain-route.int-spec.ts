import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  aClientId,
  aCreator,
  clientCreated,
  createTestDatabase,
  createTestTopics,
  eventually,
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
    { name: 'Gold', color: '#d4af37', threshold: '2000', commissionRateBps: 1_500 },
  ],
};

const clientId = aClientId();
const { creatorId, onboarded } = aCreator({ clientId, onboardedOn: '2025-01-15' });
/** The worked case: Gold by 2,300; then 300, 700, 250 and, on the due date, 400. */
const FILES = [
  ['2025-01-15', '230000'],
  ['2025-01-15', '30000'],
  ['2025-02-10', '70000'],
  ['2025-05-14', '25000'],
  ['2025-05-16', '40000'],
] as const;

let database: TestDatabase;
let topics: TestTopics;
let service: RunningService;
let syncIds: string[];

beforeAll(async () => {
  [database, topics] = await Promise.all([createTestDatabase('tier-evaluation'), createTestTopics()]);
  service = await startService('tier-evaluation', { database, topics });
  await topics.publish([clientCreated({ clientId })]);
  const put = await fetch(`${service.url}/v1/program`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${await tokenOf('admin')}`, 'content-type': 'application/json' },
    body: JSON.stringify(PROGRAM),
  });
  expect(put.status).toBe(200);
  await topics.publish([onboarded]);
  syncIds = await publishFiles();
});
afterAll(async () => {
  await service.stop();
  await topics.remove();
  await database.drop();
});

async function publishFiles(): Promise<string[]> {
  const ids: string[] = [];
  let previousBusinessDate: string | null = null;
  for (const [place, [businessDate, gmvMinor]] of FILES.entries()) {
    const sync = { syncId: randomUUID(), syncSequence: place + 1, businessDate, previousBusinessDate };
    previousBusinessDate = businessDate;
    ids.push(sync.syncId);
    await topics.publish([
      salesRecorded({ clientId, creatorId, version: place + 1, ...sync, differences: [{ gmvMinor }] }),
      syncCompleted({ clientId, ...sync, creatorSalesEvents: 1 }),
    ]);
  }
  await eventually(async () =>
    (await topics.read('laurel.sync-application')).some(
      ({ subject }) => subject === `${String(ids.at(-1))}:tier-evaluation`,
    ),
  );
  return ids;
}

function tokenOf(role: 'admin' | 'creator' | 'operator', sub?: string): Promise<string> {
  return testSigner().token({ role, clientId, ...(sub === undefined ? {} : { sub }) });
}

async function explain(query = '', options: { token?: string; id?: string } = {}) {
  const response = await fetch(`${service.url}/v1/creators/${options.id ?? creatorId}/tier/explain${query}`, {
    headers: { authorization: `Bearer ${options.token ?? (await tokenOf('admin'))}` },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('GET /v1/creators/{id}/tier/explain', () => {
  it('answers why, as of today, with everything that is known', async () => {
    const { status, body } = await explain();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      asOf: '2025-05-16',
      knownAt: null,
      program: { version: 1, metric: 'sales', mode: 'checkpoint', currency: 'USD' },
      tier: 2,
      tierName: 'Silver',
      tierVersion: 2,
      reachedOn: '2025-05-15',
      onboardedOn: '2025-01-15',
      window: { start: '2025-05-15', due: '2025-09-15', anchor: '2025-05-15', number: 1 },
      promotion: {
        lifetime: '3950.00',
        base: '2300.00',
        value: '1650.00',
        next: { tier: 3, threshold: '2000.00', missing: '350.00' },
      },
      checkpoint: {
        value: '400.00',
        opening: '0.00',
        keep: { threshold: '1000.00', missing: '600.00' },
        projectedTier: 1,
      },
      before: { sales: '3550.00', adjustments: '0.00' },
      days: [{ date: '2025-05-16', sales: '400.00', adjustments: '0.00' }],
    });
  });

  it('shows with each decision what the ledger makes of it, and with the last review its days', async () => {
    const { body } = await explain('?asOf=2025-05-15');
    expect(body['decisions']).toEqual([
      expect.objectContaining({ kind: 'promotion', value: '2300.00', agrees: true, tierNameAfter: 'Gold' }),
      expect.objectContaining({
        kind: 'checkpoint',
        decidedFor: '2025-05-15',
        value: '1250.00',
        threshold: '2000.00',
        outcome: 'demoted',
        recomputed: {
          value: '1250.00',
          threshold: '2000.00',
          tierAfter: 2,
          outcome: 'demoted',
          base: '2300.00',
          opening: '2300.00',
        },
        agrees: true,
        cause: { kind: 'sync', syncId: syncIds[4] },
      }),
    ]);
    expect(body['lastReview']).toMatchObject({
      value: '1250.00',
      days: [
        { date: '2025-01-15', sales: '2600.00', adjustments: '0.00' },
        { date: '2025-02-10', sales: '700.00', adjustments: '0.00' },
        { date: '2025-05-14', sales: '250.00', adjustments: '0.00' },
      ],
    });
    expect(body['sentences']).toContain(
      'On 15 May 2025 the review of 15 Jan–14 May 2025 counted $1,250.00 of sales; Gold needs $2,000.00, so the tier became Silver.',
    );
  });

  it('tells the two clocks apart: what was booked by a date, and what a sync knew of it', async () => {
    const gold = { tier: 3, window: { start: '2025-01-15', due: '2025-05-15' }, lastReview: null };
    expect((await explain('?asOf=2025-05-15')).body).toMatchObject({ tier: 2, days: [] });
    expect((await explain(`?asOf=2025-05-15&knownAt=${syncIds[3]}`)).body).toMatchObject({
      ...gold,
      knownAt: syncIds[3],
      checkpoint: { value: '1250.00' },
    });
    expect((await explain(`?asOf=2025-05-15&knownAt=${syncIds[4]}`)).body).toMatchObject({ tier: 2 });
    const first = await explain(`?knownAt=${syncIds[0]?.toUpperCase()}`);
    expect(first.body).toMatchObject({
      ...gold,
      asOf: '2025-01-15',
      knownAt: syncIds[0],
      checkpoint: { value: '0.00' },
    });
    expect((await explain('?asOf=2025-01-15')).body).toMatchObject({ ...gold, checkpoint: { value: '300.00' } });
  });

  it.each([
    ['?asOf=2025-05-17', 'explain.date_out_of_range', 'asOf'],
    ['?asOf=2025-01-14', 'explain.date_out_of_range', 'asOf'],
    ['?asOf=2025-02-30', 'validation_failed', 'asOf'],
    ['?asOf=yesterday', 'validation_failed', 'asOf'],
    ['?asOf=', 'validation_failed', 'asOf'],
    ['?knownAt=17', 'validation_failed', 'knownAt'],
    ['?knownAt=6f1c2b9e-0d4a-4c57-9a83-1e5f7b2d9c40', 'validation_failed', 'knownAt'],
  ])('%s is %s of %s', async (query, code, pointer) => {
    const { status, body } = await explain(query);
    expect(body).toMatchObject({ code, errors: [expect.objectContaining({ pointer })] });
    expect(status).toBe(422);
  });

  it('says in which dates there is anything to explain', async () => {
    expect((await explain('?asOf=2024-12-31')).body).toMatchObject({
      detail: 'asOf lies from 2025-01-15, when the creator joined, to 2025-05-16, the programme date',
      allowed: { from: '2025-01-15', to: '2025-05-16' },
    });
  });

  it('shows a creator itself alone', async () => {
    const own = await tokenOf('creator', creatorId);
    expect((await explain('', { token: own })).status).toBe(200);
    expect((await explain('', { token: own, id: randomUUID() })).status).toBe(404);
    expect((await explain('', { token: await tokenOf('operator') })).status).toBe(403);
    const stranger = await testSigner().token({ role: 'admin', clientId: aClientId() });
    expect((await explain('', { token: stranger })).body).toMatchObject({ code: 'not_found' });
  });

  it('waits for a sync that is under way here', async () => {
    const syncId = randomUUID();
    const asked = explain(`?knownAt=${syncId}`);
    const dates = { businessDate: '2025-05-16', previousBusinessDate: '2025-05-16' };
    await topics.publish([syncCompleted({ clientId, syncId, syncSequence: 6, ...dates, creatorSalesEvents: 0 })]);
    const { status, body } = await asked;
    // Heard of is not applied: in between it is told so.
    expect([200, 409]).toContain(status);
    if (status === 409) expect(body).toMatchObject({ code: 'sync.not_applied' });
  });
});
