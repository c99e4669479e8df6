import { randomUUID } from 'node:crypto';
import { eventually, placesOf } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, ApiClient } from '../../infra/demo/api-client.ts';
import { startCollector } from './collector.ts';
import { Programme } from './programme.ts';
import { RunningLaurel } from './running-laurel.ts';

const HANDLE = 'zephyr.quill_77';
const ACCOUNT = 'quill-secret-account@example.com';
const STREET = '77 Zephyrwood Crescent';
const PLANTED = [HANDLE, 'quill-secret-account', 'Zephyrwood', 'Quillon'];
const SHIPPING = {
  ...{ firstName: 'Quillon', lastName: 'Zephyrwood', line1: STREET, city: 'Springfield', state: 'IL' },
  ...{ postalCode: '62704', country: 'US' },
};
const PROGRAM = {
  ...{ currency: 'USD', timezone: 'UTC', metric: 'sales', mode: 'checkpoint', checkpointMonths: 4 },
  ...{ attribution: 'ledger', clearingDays: 0 },
  tiers: ['0.00', '1000000.00', '2000000.00'].map((threshold, index) => ({
    ...{ name: `T${index}`, color: '#aabbcc', threshold, commissionRateBps: 1_000 },
  })),
};
const HEADER = 'Handle,Video,Views,Likes,Comments,GMV,CTR,Units Sold,Post Date,Video Title';

interface Erasure {
  readonly id: string;
  readonly status: string;
  readonly obligations: readonly { kind: string; id: string }[];
  readonly erased: readonly { service: string; what: string; count: number }[];
}

const collector = await startCollector();
/** Of every answer that was an error. */
const errors: string[] = [];
/** Everything that any process wrote, from its first line to its last. */
const logs: string[] = [];
let laurel: RunningLaurel;
let programme: Programme;
let creatorId: string;
let own: ApiClient;

beforeAll(async () => {
  laurel = await RunningLaurel.start({
    env: { ...collector.env, LOG_LEVEL: 'debug' },
    onLine: (line) => logs.push(line),
  });
  programme = await Programme.create(laurel, 'grep', PROGRAM);
}, 120_000);
afterAll(async () => {
  await laurel.stop();
  collector.stop();
});

const line = (handle: string, video: string, gmv: string) =>
  `@${handle},https://www.tiktok.com/@${handle}/video/${video},10,1,1,${gmv},1.5,1,2026-01-01,by @${handle}`;

async function feed(date: string, gmv: string, ...others: readonly string[]): Promise<string> {
  const csv = [HEADER, line(HANDLE, '701', gmv), line('bob', '801', gmv), ...others, ''].join('\n');
  const { id } = await programme.upload(date, Buffer.from(csv));
  await programme.untilStatus(id, 'applied');
  await laurel.settled();
  return id;
}

async function refused<Body>(answer: Promise<Answer<Body>>, status: number): Promise<void> {
  const { status: found, body } = await answer;
  errors.push(JSON.stringify(body));
  expect([found, body]).toEqual([status, expect.anything()]);
}

const send = (client: ApiClient, method: string, path: string, body: unknown) =>
  client.request(method, path, { body, headers: { 'idempotency-key': randomUUID() } });
const erase = (body: object = {}) => programme.admin.post<Erasure>(`/v1/creators/${creatorId}/erase`, body);
const ended = (id: string) =>
  eventually(
    async () => {
      const erasure = await programme.admin.get<Erasure>(`/v1/erasures/${id}`);
      return ['refused', 'done'].includes(erasure.status) ? erasure : undefined;
    },
    { timeoutMs: 60_000 },
  );

async function offer(type: string, value: object): Promise<void> {
  const wanted = { type, name: type, tier: 1, source: 'vip_tier', value, frequency: 'unlimited' };
  const { id } = await programme.admin.post<{ id: string }>('/v1/rewards', wanted);
  await programme.admin.post(`/v1/rewards/${id}/enable`);
}

async function claim(type: string, body: object): Promise<string> {
  const open = await eventually(async () =>
    (await own.all<{ id: string; type: string }>('/v1/redemptions?status=claimable')).find((row) => row.type === type),
  );
  await own.post(`/v1/redemptions/${open.id}/claim`, body);
  return open.id;
}

/** A payment that the provider takes on and then refuses: the account goes out in its file. */
async function refusedPayout(): Promise<void> {
  await laurel.settled();
  const { id } = await programme.admin.post<{ id: string }>('/v1/payout-runs');
  const { body: file } = await programme.admin.request<string>('GET', `/v1/payout-runs/${id}/export`);
  expect(file).toContain(ACCOUNT);
  const csv = Buffer.from(`reference,transaction id,status\n${file.split(',')[3]},REFUSED-1,FAILED\n`);
  expect(await programme.admin.request('POST', `/v1/payout-runs/${id}/results`, { csv })).toMatchObject({
    body: { outcomes: { failed: 1 }, run: { status: 'ended' } },
  });
}

describe('a person of whom handle, address and account were planted', () => {
  let [giftId, boostRedemption] = ['', ''];

  it('lives through all of it, and stands in clear nowhere but in ingestion’s own tables', async () => {
    await feed('2026-01-05', '100.00', `${line(HANDLE, '702', 'N/A')}`, `too,few,of ${HANDLE}`);
    creatorId = (await programme.creators()).find(({ handle }) => handle === HANDLE)?.id ?? '';
    own = await laurel.creator(programme.clientId, creatorId);
    await offer('physical_gift', { requiresSize: false, displayText: 'Hoodie' });
    await offer('commission_boost', { rateBps: 500, durationDays: 1 });
    await laurel.settled();
    giftId = await claim('physical_gift', { shipping: SHIPPING });
    boostRedemption = await claim('commission_boost', { scheduledDate: '2026-01-06' });
    await feed('2026-01-06', '200.00');
    await feed('2026-01-07', '400.00');
    const details = { method: 'paypal', account: ACCOUNT, accountConfirm: `x${ACCOUNT}` };
    const path = `/v1/boosts/${boostRedemption}/payment-details`;
    await refused(own.request('PUT', path, { body: details }), 422);
    await refused(own.request('PUT', path, { body: { ...details, method: 'venmo', accountConfirm: ACCOUNT } }), 422);
    await own.put(path, { ...details, accountConfirm: ACCOUNT });
    await refusedPayout();
    await refused(
      send(own, 'POST', `/v1/redemptions/${giftId}/claim`, { shipping: { ...SHIPPING, country: STREET } }),
      409,
    );

    const [handles, accounts, streets] = await Promise.all(
      [HANDLE, ACCOUNT, STREET].map((text) => placesOf(laurel.database, text)),
    );
    expect((handles ?? []).filter((place) => !place.startsWith('ingestion.'))).toEqual([]);
    expect([handles?.length, accounts, streets]).toEqual([expect.any(Number), [], []]);
    const gift = await own.get<Record<string, unknown>>(`/v1/redemptions/${giftId}`);
    expect(JSON.stringify(gift)).toContain(STREET);
  }, 120_000);

  it('is not erased while a boost is not paid or a gift not delivered, nor when it is nobody', async () => {
    await refused(send(programme.admin, 'POST', `/v1/creators/${randomUUID()}/erase`, {}), 404);
    const { obligations, status } = await ended((await erase()).id);
    expect(status).toBe('refused');
    expect(obligations.map(({ kind }) => kind).sort()).toEqual(['boost_not_paid', 'gift_not_delivered']);
    expect(obligations.map(({ id }) => id)).toContain(giftId);
    await laurel.settled();
    await programme.admin.post(`/v1/redemptions/${giftId}/ship`, { carrier: 'UPS', trackingNumber: '1Z-Zephyrwood' });
    await programme.admin.post(`/v1/redemptions/${giftId}/deliver`, { notes: `left with ${HANDLE}` });
    await laurel.settled();
    await refused(send(programme.admin, 'POST', `/v1/creators/${creatorId}/erase`, { force: { reason: HANDLE } }), 422);
  }, 120_000);

  it('is erased everywhere, also when services are killed in between, and is told what is gone where', async () => {
    const { id } = await erase({ force: { reason: 'it has asked for it by letter' } });
    for (const name of ['commission-boost', 'redemption', 'ingestion']) await laurel.killAndRestart(name);
    const erasure = await ended(id);
    expect(erasure).toMatchObject({ status: 'done', obligations: [{ kind: 'boost_not_paid' }] });
    expect(new Set(erasure.erased.map(({ service }) => service))).toEqual(
      new Set(['commission-boost', 'ingestion', 'redemption', 'tier-evaluation']),
    );
    expect(await erase()).toMatchObject({ id, status: 'done' });
    await laurel.settled();
    const boost = await programme.admin.get<Record<string, unknown>>(`/v1/boosts/${boostRedemption}`);
    expect(boost).toMatchObject({ status: 'paid', finalPayout: { amount: '0.00' }, paymentAccountMasked: null });
    const rows = await programme.admin.all<Record<string, unknown>>(
      `/v1/redemptions?creatorId=${creatorId}&hidden=true`,
    );
    expect(rows.map((row) => row['hiddenReason'])).toEqual(['erased', 'erased']);
    const operator = await laurel.operator();
    expect(await operator.post(`/v1/ops/verify/redemption?clientId=${programme.clientId}`)).toMatchObject({
      faults: 0,
    });
  }, 180_000);

  it('does not come back by a later file, and stands nowhere any more', async () => {
    const id = await feed('2026-01-08', '500.00');
    const quarantined = await programme.admin.all<object>(`/v1/syncs/${id}/quarantine`);
    expect(quarantined).toEqual([{ line: 2, column: 'Handle', reason: 'erased', raw: '' }]);
    expect((await programme.creators()).map(({ handle }) => handle)).toEqual(['bob', `erased:${creatorId}`]);
    await refused(send(own, 'POST', `/v1/redemptions/${giftId}/claim`, {}), 409);
    const records = await laurel.records();
    await laurel.stopProcesses();
    const texts = { records, logs: logs.join('\n'), errors: errors.join('\n'), spans: collector.received() };
    expect(Object.values(texts).map((text) => text.length > 1_000)).toEqual([true, true, true, true]);
    for (const planted of PLANTED) {
      const found = Object.entries(texts).filter(([, text]) => text.toLowerCase().includes(planted.toLowerCase()));
      expect([planted, found.map(([name]) => name)]).toEqual([planted, []]);
      expect([planted, await placesOf(laurel.database, planted)]).toEqual([planted, []]);
    }
  }, 120_000);
});
