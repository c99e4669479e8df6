import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TOPICS } from '#libs/contracts';
import type { ClientId, CreatorId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import {
  aClientId,
  aCreatorId,
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
import { redemptionClaimed } from './boost-world.ts';

type Json = Record<string, unknown>;
interface Answered {
  readonly status: number;
  readonly body: Json;
  readonly text: string;
}

const ACCOUNT = 'jane.planted.account@example.com';

let database: TestDatabase;
let topics: TestTopics;
let service: RunningService;
const clientId: ClientId = aClientId();
const creatorId: CreatorId = aCreatorId();
const redemptionId = randomUUID();
const tokens = { admin: '', own: '', otherCreator: '', otherAdmin: '', operator: '' };

beforeAll(async () => {
  [database, topics] = await Promise.all([createTestDatabase('commission-boost'), createTestTopics()]);
  service = await startService('commission-boost', { database, topics });
  const signer = testSigner();
  tokens.admin = await signer.token({ role: 'admin', clientId, sub: 'admin-1' });
  tokens.own = await signer.token({ role: 'creator', clientId, sub: creatorId });
  tokens.otherCreator = await signer.token({ role: 'creator', clientId, sub: aCreatorId() });
  tokens.otherAdmin = await signer.token({ role: 'admin', clientId: aClientId() });
  tokens.operator = await signer.token({ role: 'operator' });
});
afterAll(async () => {
  await service.stop();
  await topics.remove();
  await database.drop();
});

async function send(method: string, path: string, token: string, body?: unknown, key?: string): Promise<Answered> {
  const response = await fetch(`${service.url}/v1/boosts${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) as Json };
}

const get = (path: string, token = tokens.admin) => send('GET', path, token);
const usd = (amount: string) => ({ amount, currency: 'USD' });

let sequence = 0;
async function sync(businessDate: string, lifetimeGmvMinor: bigint): Promise<void> {
  const of = { clientId, syncId: randomUUID(), syncSequence: ++sequence, businessDate };
  const sales = { ...of, creatorId, version: sequence, lifetimeGmvMinor: lifetimeGmvMinor.toString() };
  await topics.publish([syncCompleted(of), salesRecorded(sales)]);
}

const boostAt = (status: string) =>
  eventually(
    async () => {
      const { body } = await get(`/${redemptionId}`);
      return body['status'] === status ? body : undefined;
    },
    { describe: `the boost is ${status}` },
  );

describe('a boost over HTTP, fed by events', () => {
  it('is found at once by its redemption’s id, while its claim is still on the way', async () => {
    await topics.publish([clientCreated({ clientId })]);
    const asked = get(`/${redemptionId}`);
    await topics.publish([
      redemptionClaimed(clientId, { creatorId, redemptionId, scheduledDate: '2026-01-06', durationDays: 7 }),
    ]);
    expect(await asked).toMatchObject({ status: 200, body: { redemptionId, status: 'scheduled', payableFrom: null } });
  });

  it('is activated and expires by syncs, with money on the wire', async () => {
    await sync('2026-01-06', 100_000n);
    expect(await boostAt('active')).toMatchObject({
      activationDate: '2026-01-06',
      activatedAt: '2026-01-06T19:00:00.000Z',
      expiryDate: '2026-01-13',
      payableFrom: '2026-02-02',
      gmvAtActivation: usd('1000.00'),
      gmvAtExpiry: null,
      calculatedPayout: null,
    });
    await sync('2026-01-13', 157_500n);
    expect(await boostAt('pending_info')).toMatchObject({
      delta: usd('575.00'),
      calculatedPayout: usd('28.75'),
      finalPayout: usd('28.75'),
      paymentMethod: null,
      paidAt: null,
    });
    const applied = await eventually(async () => {
      const events = await topics.read('laurel.sync-application');
      return events.length === 2 ? events : undefined;
    });
    expect(applied.map(({ data }) => (data as Json)['service'])).toEqual(['commission-boost', 'commission-boost']);
  });

  it('takes payment details from its creator alone, typed twice, and never echoes them', async () => {
    const path = `/${redemptionId}/payment-details`;
    const details = { method: 'paypal', account: ACCOUNT, accountConfirm: ACCOUNT };
    expect((await send('PUT', path, tokens.admin, details)).status).toBe(403);
    expect((await send('PUT', path, tokens.otherCreator, details)).status).toBe(404);
    for (const wrong of [
      { ...details, accountConfirm: `x${ACCOUNT}` },
      { ...details, method: 'venmo' },
      { ...details, method: ACCOUNT },
      { ...details, account: [ACCOUNT] },
      `{"method":"paypal","account":"${ACCOUNT}" "`,
    ]) {
      const refused = await send('PUT', path, tokens.own, wrong);
      expect(refused.status).toBeGreaterThanOrEqual(400);
      expect(refused.text).not.toContain('planted');
    }
    expect(await send('PUT', path, tokens.own, details)).toMatchObject({
      status: 200,
      body: { status: 'pending_payout', paymentMethod: 'paypal', paymentAccountMasked: 'j***@example.com' },
    });
  });

  it('takes a final amount once per key', async () => {
    const path = `/${redemptionId}/final-amount`;
    const body = { amount: usd('30.00'), reason: 'rounded up for the creator' };
    expect((await send('POST', path, tokens.admin, body)).body['code']).toBe('idempotency.key_required');
    expect((await send('POST', path, tokens.own, body, 'k1')).status).toBe(403);
    expect((await send('POST', path, tokens.admin, { ...body, reason: ' short ' }, 'k1')).status).toBe(422);
    const first = await send('POST', path, tokens.admin, body, 'k1');
    expect(first).toMatchObject({ status: 200, body: { finalPayout: usd('30.00'), calculatedPayout: usd('28.75') } });
    expect(await send('POST', path, tokens.admin, body, 'k1')).toEqual(first);
    expect((await send('POST', path, tokens.admin, { ...body, amount: '31' }, 'k1')).body['code']).toBe(
      'idempotency.key_reused',
    );
  });

  it('is given no reason while its creator is being erased', async () => {
    const erasure = (stage: string) =>
      database.asAdmin((tx) =>
        tx.execute(sql`
          INSERT INTO commission_boost.creator_erasure (client_id, erasure_id, creator_id, stage, forced)
          VALUES (${clientId}, ${creatorId}, ${creatorId}, ${stage}, false)
          ON CONFLICT (client_id, erasure_id) DO UPDATE SET stage = excluded.stage`),
      );
    await erasure('checking');
    const order = { transactionId: 'TX-0', overrideHold: { reason: 'jane.planted asked for it' } };
    const refused = await Promise.all([
      send('POST', `/${redemptionId}/pay`, tokens.admin, order, 'e1'),
      send('POST', `/${redemptionId}/final-amount`, tokens.admin, { amount: usd('1'), reason: 'jane.planted' }, 'e2'),
    ]);
    expect(refused.map(({ body }) => body['code'])).toEqual(['creator.being_erased', 'creator.being_erased']);
    await erasure('refused');
  });

  it('is held, then paid once', async () => {
    const path = `/${redemptionId}/pay`;
    for (const transactionId of ['to Jane Doe', '', 'x'.repeat(65)]) {
      const refused = await send('POST', path, tokens.admin, { transactionId }, 'p0');
      expect([refused.status, refused.text.includes('Jane')]).toEqual([422, false]);
    }
    const held = await send('POST', path, tokens.admin, { transactionId: 'TX-1' }, 'p1');
    expect(held).toMatchObject({ status: 409, body: { code: 'payout.on_hold', payableFrom: '2026-02-02' } });
    await topics.publish([programmeDateAdvanced({ clientId, programmeDate: '2026-02-02' })]);
    const paid = await eventually(async () => {
      const answer = await send('POST', path, tokens.admin, { transactionId: 'TX-1' }, 'p1');
      return answer.status === 200 ? answer : undefined;
    });
    expect(paid.body).toMatchObject({
      status: 'paid',
      transactionId: 'TX-1',
      paymentAccountMasked: 'j***@example.com',
    });
    expect(await send('POST', path, tokens.admin, { transactionId: 'TX-1' }, 'p1')).toEqual(paid);
    expect((await get(`/${redemptionId}`)).body).toHaveProperty('holdOverrideReason', null);
    expect((await get(`/${redemptionId}`, tokens.own)).body).not.toHaveProperty('holdOverrideReason');
    const again = await send('POST', path, tokens.admin, { transactionId: 'TX-2' }, 'p2');
    expect(again).toMatchObject({ status: 409, body: { code: 'boost.already_paid' } });
  });

  it('has a history of six steps', async () => {
    const { body } = await get(`/${redemptionId}/history`, tokens.own);
    const steps = (body['data'] as { to: string; actor: { kind: string } }[]).map(({ to, actor }) => [to, actor.kind]);
    expect(steps).toEqual([
      ['scheduled', 'creator'],
      ['active', 'system'],
      ['expired', 'system'],
      ['pending_info', 'system'],
      ['pending_payout', 'creator'],
      ['paid', 'admin'],
    ]);
  });

  it('is listed for its admin and its creator, by status, and does not exist for anybody else', async () => {
    const listed = async (token: string, query = '') => (await get(query, token)).body['data'] as Json[];
    expect(await listed(tokens.admin)).toHaveLength(1);
    expect(await listed(tokens.own, '?status=paid&limit=1')).toHaveLength(1);
    expect(await listed(tokens.own, '?status=active')).toHaveLength(0);
    expect(await listed(tokens.otherCreator)).toHaveLength(0);
    expect(await listed(tokens.otherAdmin)).toHaveLength(0);
    expect((await get('?status=finished')).body['code']).toBe('validation_failed');
    expect((await get('', tokens.operator)).status).toBe(403);
    const stranger = await Promise.all([
      get(`/${redemptionId}`, tokens.otherAdmin),
      get(`/${redemptionId}/history`, tokens.otherCreator),
      get('/not-a-uuid'),
    ]);
    expect(stranger.map(({ status }) => status)).toEqual([404, 404, 404]);
  });

  it('is told of to admins alone when a further file of its date comes, once', async () => {
    const further = { clientId, syncId: randomUUID(), syncSequence: ++sequence, businessDate: '2026-01-13' };
    const sales = { creatorId, version: sequence, previousBusinessDate: '2026-01-13', lifetimeGmvMinor: '158000' };
    await topics.publish([
      syncCompleted(further),
      salesRecorded({ ...further, ...sales, differences: [{ gmvMinor: '500' }] }),
    ]);
    const alerts = (token: string, query: string) =>
      fetch(`${service.url}/v1/alerts${query}`, { headers: { authorization: `Bearer ${token}` } });
    const listed = await eventually(async () => {
      const { data } = (await (await alerts(tokens.admin, '?kind=corrected_after_reading')).json()) as { data: Json[] };
      return data.length === 0 ? undefined : data;
    });
    const { id: boostId } = (await get(`/${redemptionId}`)).body;
    expect(listed).toMatchObject([
      {
        kind: 'corrected_after_reading',
        creatorId,
        boostId,
        facts: { reading: 'expiry', businessDate: '2026-01-13', syncSequence: sequence, differenceMinor: '500' },
      },
    ]);
    const ofBoost = await alerts(tokens.admin, `?boostId=${boostId as string}&limit=1`);
    expect(await ofBoost.json()).toEqual({ data: listed, nextCursor: null });
    expect(await (await alerts(tokens.otherAdmin, '')).json()).toEqual({ data: [], nextCursor: null });
    const refused = await Promise.all([
      alerts(tokens.own, ''),
      alerts(tokens.admin, '?kind=x'),
      alerts(tokens.admin, '?boostId=x'),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([403, 422, 422]);
  });

  it('has left the account nowhere: no topic, no log line, no row in clear', async () => {
    for (const topic of TOPICS) expect((await topics.readRaw(topic)).join('\n')).not.toContain('planted');
    expect(service.logs()).not.toContain('planted');
    const tables = ['boost', 'boost_transition', 'payment_detail', 'final_amount', 'idempotency_answer', 'outbox'];
    for (const table of tables) {
      const rows = await database.asAdmin((tx) =>
        tx.many<{ row: string }>({ text: `SELECT t::text AS row FROM commission_boost.${table} AS t`, values: [] }),
      );
      expect(rows.map(({ row }) => row).join('\n')).not.toMatch(/planted|j\*\*\*@/);
      expect(rows.length).toBeGreaterThan(0);
    }
    const { found } = await database.asAdmin((tx) =>
      tx.one<{ found: boolean }>(sql`
        SELECT bool_or(position('planted'::bytea IN sealed_account) > 0) AS found FROM commission_boost.payment_detail`),
    );
    expect(found).toBe(false);
  });
});
