import {
  aClientId,
  aCreator,
  aCreatorId,
  clientCreated,
  createTestDatabase,
  createTestTopics,
  eventually,
} from '#libs/testing';
import { programmeDateAdvanced, programPublished, startService, testSigner, tierChanged } from '#libs/testing';
import type { RunningService, TestDatabase, TestTopics } from '#libs/testing';
import { sql } from '#libs/persistence';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GIFT_CARD, SPARK_ADS, TODAY } from './redemption-world.ts';

type Json = Record<string, unknown>;
interface Answered {
  readonly status: number;
  readonly body: Json;
  readonly headers: Headers;
}

let database: TestDatabase;
let topics: TestTopics;
let service: RunningService;
const clientId = aClientId();
const creatorId = aCreatorId();
const tokens = { admin: '', own: '', stranger: '', otherAdmin: '', operator: '' };

beforeAll(async () => {
  [database, topics] = await Promise.all([createTestDatabase('redemption'), createTestTopics()]);
  service = await startService('redemption', { database, topics });
  const signer = testSigner();
  tokens.admin = await signer.token({ role: 'admin', clientId });
  tokens.own = await signer.token({ role: 'creator', clientId, sub: creatorId });
  tokens.stranger = await signer.token({ role: 'creator', clientId, sub: aCreatorId() });
  tokens.otherAdmin = await signer.token({ role: 'admin', clientId: aClientId() });
  tokens.operator = await signer.token({ role: 'operator' });
  await topics.publish([
    clientCreated({ clientId }),
    programPublished(clientId),
    aCreator({ clientId, creatorId }).onboarded,
    tierChanged({ clientId, creatorId, tierBefore: 1, tierAfter: 2, tierVersion: 1 }),
  ]);
  // A job that began before the tier has arrived would find the row made by its arrival.
  await eventually(() =>
    database
      .database('redemption')
      .inTenant(clientId, (tx) =>
        tx.maybeOne(sql`SELECT FROM redemption.creator_tier WHERE creator_id = ${creatorId} AND tier = 2`),
      ),
  );
});
afterAll(async () => {
  await service.stop();
  await topics.remove();
  await database.drop();
});

async function send(
  method: string,
  path: string,
  token: string,
  given: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answered> {
  const response = await fetch(`${service.url}/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(given.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...given.headers,
    },
    ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Json };
}

const get = (path: string, token = tokens.admin) => send('GET', path, token);
const rows = (answered: Answered) => answered.body['data'] as Json[];
const key = (name: string) => ({ 'idempotency-key': name });
const offer = { ...GIFT_CARD, name: 'Gold card', tier: 2, source: 'vip_tier', frequency: 'monthly', quantity: 1 };

/** Makes a reward, enables it and waits for its job. */
async function enabledReward(given: Json): Promise<string> {
  const made = await send('POST', '/rewards', tokens.admin, {
    body: given,
    headers: key(`make-${String(given['name'])}`),
  });
  expect(made.status).toBe(201);
  const id = String(made.body['id']);
  const enabled = await send('POST', `/rewards/${id}/enable`, tokens.admin);
  expect(enabled).toMatchObject({ status: 202, body: { reward: { id, enabled: true, version: 2 } } });
  await eventually(async () => {
    const job = await get(`/backfills/${String(enabled.body['backfillId'])}`);
    return job.body['status'] === 'done' && job;
  });
  return id;
}

async function openRowOf(rewardId: string): Promise<Json> {
  return eventually(async () => {
    const open = rows(await get(`/redemptions?status=claimable&rewardId=${rewardId}`, tokens.own));
    return open[0];
  });
}

describe('rewards', () => {
  it('are made disabled, as soon as the program has arrived; a repeated request is answered with the first', async () => {
    const first = await send('POST', '/rewards', tokens.admin, { body: offer, headers: key('gold') });
    expect(first).toMatchObject({ status: 201, body: { ...offer, enabled: false, version: 1 } });
    expect(first.headers.get('etag')).toBe('"1"');
    const again = await send('POST', '/rewards', tokens.admin, { body: offer, headers: key('gold') });
    expect(again.body).toEqual(first.body);
    const other = await send('POST', '/rewards', tokens.admin, { body: { ...offer, tier: 3 }, headers: key('gold') });
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency.key_reused' } });
    expect(rows(await get('/rewards'))).toEqual([first.body]);
    expect(rows(await get('/rewards', tokens.otherAdmin))).toEqual([]);
    expect(await get(`/rewards/${String(first.body['id'])}`, tokens.otherAdmin)).toMatchObject({ status: 404 });
  });

  it.each([
    [{ ...offer, tier: 5 }, '/tier'],
    [{ ...offer, frequency: 'unlimited' }, '/quantity'],
    [{ ...offer, quantity: 11 }, '/quantity'],
    [{ ...offer, type: 'voucher' }, '/type'],
    [{ ...offer, value: { amount: { amount: '25.001', currency: 'USD' } } }, '/value/amount'],
    [{ ...offer, type: 'experience', value: { displayText: 'x'.repeat(28) } }, '/value/displayText'],
  ])('that break a rule are 422 with pointer and code: %j', async (body, pointer) => {
    const refused = await send('POST', '/rewards', tokens.admin, { body, headers: key(`bad-${pointer}`) });
    expect(refused).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
    const [fault] = refused.body['errors'] as Json[];
    expect(fault).toMatchObject({ pointer, code: expect.any(String), message: expect.any(String) });
  });

  it('change under If-Match alone, and never their type, tier, source or value', async () => {
    const made = await send('POST', '/rewards', tokens.admin, { body: offer, headers: key('to-change') });
    const path = `/rewards/${String(made.body['id'])}`;
    const change = (body: Json, tag?: string) =>
      send('PATCH', path, tokens.admin, { body, headers: tag === undefined ? {} : { 'if-match': tag } });
    expect(await change({ name: 'New' })).toMatchObject({ status: 428, body: { code: 'precondition.required' } });
    expect(await change({ name: 'New' }, '"7"')).toMatchObject({ status: 412, body: { code: 'precondition.failed' } });
    const changed = await change({ name: 'New', quantity: 3 }, '"1"');
    expect(changed).toMatchObject({ status: 200, body: { name: 'New', quantity: 3, version: 2, backfillId: null } });
    expect(changed.headers.get('etag')).toBe('"2"');
    for (const member of ['type', 'tier', 'source', 'value']) {
      const refused = await change({ [member]: offer[member as keyof typeof offer] }, '"2"');
      expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: `/${member}` }] } });
    }
    expect(await change({ frequency: 'unlimited' }, '"2"')).toMatchObject({ body: { quantity: null, version: 3 } });
    expect(await send('PATCH', path, tokens.own, { body: {} })).toMatchObject({ status: 403 });
  });
});

describe('backfills', () => {
  it('show their progress and their certificate, to admins of the client and to operators', async () => {
    await enabledReward({ ...offer, name: 'Certified' });
    const [job = {}] = rows(await get('/backfills?limit=1'));
    const totals = { eligible: 1, created: 1, broughtBack: 0, alreadyOpen: 0, excluded: {}, hidden: 0 };
    expect(job).toMatchObject({
      status: 'done',
      percent: 100,
      etaSeconds: null,
      throttledBy: null,
      ...totals,
      certificate: {
        ...totals,
        missing: 0,
        stale: 0,
        faultyCreators: [],
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
    const path = `/ops/backfills/${String(job['id'])}`;
    expect((await get(path, tokens.operator)).body).toEqual({ clientId, ...job });
    expect(await get(path)).toMatchObject({ status: 403 });
    expect(await get(`/ops/backfills/${aClientId()}`, tokens.operator)).toMatchObject({ status: 404 });
  });
});

describe('redemptions', () => {
  it('waits for the programme’s first day: 409 until then', async () => {
    const rewardId = await enabledReward({ ...offer, ...SPARK_ADS, name: 'Early', frequency: 'weekly' });
    const { id } = await openRowOf(rewardId);
    const early = await send('POST', `/redemptions/${String(id)}/claim`, tokens.own, { headers: key('early') });
    expect(early).toMatchObject({ status: 409, body: { code: 'programme.not_started' } });
    await topics.publish([programmeDateAdvanced({ clientId, programmeDate: TODAY })]);
    const late = await send('POST', `/redemptions/${String(id)}/claim`, tokens.own, { headers: key('early') });
    expect(late).toMatchObject({ status: 200, body: { id, status: 'claimed', tierAtClaim: 2, claimedOn: TODAY } });
    const again = await send('POST', `/redemptions/${String(id)}/claim`, tokens.own, { headers: key('early') });
    expect(again.body).toEqual(late.body);
    const next = await openRowOf(rewardId);
    const spent = await send('POST', `/redemptions/${String(next['id'])}/claim`, tokens.own, { headers: key('more') });
    expect(spent).toMatchObject({ status: 409, body: { code: 'redemption.limit_reached', resetsAt: '2026-03-29' } });
    expect(await send('POST', `/redemptions/${String(id)}/claim`, tokens.own)).toMatchObject({
      status: 422,
      body: { code: 'idempotency.key_required' },
    });
    const concluded = await send('POST', `/redemptions/${String(id)}/conclude`, tokens.admin, {
      body: { notes: 'paid' },
    });
    expect(concluded).toMatchObject({ status: 200, body: { status: 'concluded' } });
    expect(await send('POST', `/redemptions/${String(id)}/conclude`, tokens.admin)).toMatchObject({
      status: 409,
      body: { code: 'redemption.illegal_state' },
    });
  });

  it('are seen by their creator and admins alone, hidden ones by admins alone', async () => {
    const rewardId = await enabledReward({ ...offer, name: 'Seen' });
    const { id } = await openRowOf(rewardId);
    expect(await get(`/redemptions/${String(id)}`, tokens.own)).toMatchObject({ status: 200, body: { hidden: false } });
    for (const token of [tokens.stranger, tokens.otherAdmin]) {
      expect(await get(`/redemptions/${String(id)}`, token)).toMatchObject({ status: 404 });
    }
    expect(await get(`/redemptions?creatorId=${creatorId}`, tokens.stranger)).toMatchObject({ status: 404 });
    expect(rows(await get('/redemptions', tokens.stranger))).toEqual([]);
    await send('POST', `/rewards/${rewardId}/disable`, tokens.admin);
    await eventually(async () => {
      const seen = await get(`/redemptions/${String(id)}`);
      return seen.body['hiddenReason'] === 'reward_disabled';
    });
    expect(await get(`/redemptions/${String(id)}`, tokens.own)).toMatchObject({ status: 404 });
    expect(rows(await get(`/redemptions?rewardId=${rewardId}`, tokens.own))).toEqual([]);
    expect(rows(await get(`/redemptions?rewardId=${rewardId}&hidden=true`)).map((row) => row['id'])).toEqual([id]);
    expect(rows(await get(`/redemptions?rewardId=${rewardId}&hidden=false`))).toEqual([]);
  });

  it('are listed page by page, the newest first, under any filter', async () => {
    const all = rows(await get('/redemptions'));
    expect(all.length).toBeGreaterThan(2);
    const paged: Json[] = [];
    for (let cursor: unknown = ''; cursor !== null;) {
      const page = await get(`/redemptions?limit=1${cursor === '' ? '' : `&cursor=${String(cursor)}`}`);
      paged.push(...rows(page));
      cursor = page.body['nextCursor'];
    }
    expect(paged).toEqual(all);
    expect(all.map((row) => row['id'])).toEqual([...all.map((row) => String(row['id']))].sort().reverse());
    expect(await get('/redemptions?status=open')).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: 'status' }] },
    });
  });
});
