import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClientId } from '#libs/kernel';
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

let database: TestDatabase;
let topics: TestTopics;
let service: RunningService;
let runId = '';
let file = '';
const clientId: ClientId = aClientId();
const creators = [aCreatorId(), aCreatorId()];
const redemptions = creators.map(() => randomUUID());
const tokens = { admin: '', creator: '', otherAdmin: '' };
const own: string[] = [];

beforeAll(async () => {
  [database, topics] = await Promise.all([createTestDatabase('commission-boost'), createTestTopics()]);
  service = await startService('commission-boost', { database, topics });
  const signer = testSigner();
  tokens.admin = await signer.token({ role: 'admin', clientId, sub: 'admin-1' });
  tokens.otherAdmin = await signer.token({ role: 'admin', clientId: aClientId() });
  for (const sub of creators) own.push(await signer.token({ role: 'creator', clientId, sub }));
  tokens.creator = own[0] ?? '';
});
afterAll(async () => {
  await service.stop();
  await topics.remove();
  await database.drop();
});

interface Sent {
  readonly token?: string;
  readonly body?: unknown;
  readonly key?: string;
}

async function send(method: string, path: string, { token = tokens.admin, body, key }: Sent = {}) {
  const isText = typeof body === 'string';
  const response = await fetch(`${service.url}/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': isText ? 'text/csv' : 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, text, headers: response.headers, body: (isJson ? JSON.parse(text) : {}) as Json };
}

const usd = (amount: string) => ({ amount, currency: 'USD' });

let sequence = 0;
async function sync(businessDate: string, lifetimeGmvMinor: string): Promise<void> {
  const of = { clientId, syncId: randomUUID(), syncSequence: ++sequence, businessDate };
  const sales = creators.map((creatorId) => salesRecorded({ ...of, creatorId, version: sequence, lifetimeGmvMinor }));
  await topics.publish([syncCompleted({ ...of, creatorSalesEvents: 2 }), ...sales]);
}

const payable = () =>
  eventually(async () => {
    const { body } = await send('GET', '/payouts/summary');
    const [usdBooks] = body['currencies'] as { balances: Record<string, Json> }[];
    return usdBooks?.balances['payable']?.['amount'] === '57.50' ? body : undefined;
  });

describe('payout runs over HTTP', () => {
  it('begin when payouts are payable: the summary says so, and the list by the day the hold ends', async () => {
    await topics.publish([clientCreated({ clientId })]);
    await topics.publish(
      creators.map((creatorId, index) =>
        redemptionClaimed(clientId, {
          creatorId,
          redemptionId: redemptions[index] ?? '',
          scheduledDate: '2026-01-06',
          durationDays: 7,
        }),
      ),
    );
    await sync('2026-01-06', '100000');
    await sync('2026-01-13', '157500');
    for (const [index, redemption] of redemptions.entries()) {
      const account = `planted.${index}@example.com`;
      const body = { method: 'paypal', account, accountConfirm: account };
      await eventually(
        async () =>
          (await send('PUT', `/boosts/${redemption}/payment-details`, { token: own[index] ?? '', body })).status ===
          200,
      );
    }
    const before = await send('POST', '/payout-runs', { key: 'early' });
    expect(before.body['code']).toBe('programme.not_started');
    await topics.publish([programmeDateAdvanced({ clientId, programmeDate: '2026-02-02' })]);
    expect(await payable()).toMatchObject({
      asOf: '2026-02-02',
      currencies: [{ balances: { accrued: usd('57.50'), held: usd('0.00'), paid: usd('0.00') } }],
    });
    const listed = async (query: string) => (await send('GET', `/boosts?${query}`)).body['data'] as Json[];
    expect(await listed('status=pending_payout&payableBefore=2026-02-02')).toHaveLength(0);
    expect(await listed('status=pending_payout&payableBefore=2026-02-03')).toHaveLength(2);
    expect((await send('GET', '/boosts?payableBefore=tomorrow')).status).toBe(422);
  });

  it('are made once a key, by an admin', async () => {
    expect((await send('POST', '/payout-runs')).body['code']).toBe('idempotency.key_required');
    expect((await send('POST', '/payout-runs', { token: tokens.creator, key: 'r1' })).status).toBe(403);
    const made = await send('POST', '/payout-runs', { key: 'r1' });
    expect(made).toMatchObject({
      status: 201,
      body: {
        status: 'open',
        payouts: 2,
        amount: usd('57.50'),
        pending: { payouts: 2 },
        paid: { payouts: 0 },
        exports: [],
      },
    });
    runId = made.body['id'] as string;
    expect(made.headers.get('location')).toBe(`/v1/payout-runs/${runId}`);
    expect((await send('POST', '/payout-runs', { key: 'r1' })).body).toEqual(made.body);
    expect((await send('POST', '/payout-runs', { key: 'r2' })).body['code']).toBe('payout.nothing_payable');
    expect((await send('GET', '/payout-runs')).body['data']).toEqual([made.body]);
    const pay = await send('POST', `/boosts/${redemptions[0]}/pay`, { body: { transactionId: 'TX' }, key: 'p1' });
    expect(pay).toMatchObject({ status: 409, body: { code: 'payout.in_run' } });
    const amount = { amount: usd('1.00'), reason: 'agreed with the creator' };
    const final = await send('POST', `/boosts/${redemptions[0]}/final-amount`, { body: amount, key: 'f1' });
    expect(final).toMatchObject({ status: 409, body: { code: 'payout.in_run' } });
  });

  it('are exported to an admin of their client, once, and once more on request', async () => {
    const path = `/payout-runs/${runId}/export`;
    expect((await send('GET', path, { token: tokens.creator })).status).toBe(403);
    expect((await send('GET', path, { token: tokens.otherAdmin })).status).toBe(404);
    const given = await send('GET', path);
    expect(given.status).toBe(200);
    expect(given.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(given.headers.get('cache-control')).toBe('no-store');
    file = given.text;
    expect(file.split('\r\n').slice(0, 2).sort()).toEqual([
      expect.stringMatching(/^planted\.0@example\.com,28\.75,USD,P[0-9A-F]{29},Commission boost payout,PAYPAL$/),
      expect.stringMatching(/^planted\.1@example\.com,28\.75,USD,P[0-9A-F]{29},Commission boost payout,PAYPAL$/),
    ]);
    expect(await send('GET', path)).toMatchObject({
      status: 409,
      body: { code: 'payout.already_exported', exports: 1 },
    });
    expect((await send('GET', `${path}?again=true`)).text).toBe(file);
    const { body } = await send('GET', `/payout-runs/${runId}`);
    expect(body['exports']).toMatchObject([{ exportedBy: 'admin-1' }, { exportedBy: 'admin-1' }]);
  });

  it('are settled by the results, line by line, as often as they come', async () => {
    const path = `/payout-runs/${runId}/results`;
    const [first = '', second = ''] = file.split('\r\n').map((line) => line.split(',')[3] ?? '');
    const text = `\uFEFFTransaction ID,Status,Customer ID\r\nPP-1,SUCCESS,${first}\r\n,FAILED,${second}\r\nPP-3,SUCCESS,nobody\r\n`;
    expect((await send('POST', path, { body: text, token: tokens.otherAdmin })).status).toBe(404);
    expect((await send('POST', path, { body: { reference: first } })).status).toBe(415);
    expect((await send('POST', path, { body: 'reference,status\n' })).body['code']).toBe('payout.invalid_results');
    const settled = await send('POST', path, { body: text });
    expect(settled).toMatchObject({
      status: 200,
      body: {
        run: { status: 'ended', paid: { payouts: 1, amount: usd('28.75') }, failed: { payouts: 1 } },
        outcomes: { paid: 1, failed: 1, unknown_reference: 1 },
        lines: [
          { line: 2, reference: first, outcome: 'paid' },
          { line: 3, reference: second, outcome: 'failed' },
          { line: 4, reference: 'nobody', outcome: 'unknown_reference' },
        ],
      },
    });
    const again = await send('POST', path, { body: text });
    expect(again.body['outcomes']).toEqual({ already_paid: 1, already_failed: 1, unknown_reference: 1 });
    const { body } = await send('GET', `/payout-runs/${runId}/payouts`);
    expect(body['data']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ reference: first, status: 'paid', transactionId: 'PP-1', amount: usd('28.75') }),
        expect.objectContaining({ reference: second, status: 'failed', transactionId: null }),
      ]),
    );
    expect((await send('GET', `/payout-runs/${runId}/export?again=true`)).body['code']).toBe('payout.run_not_open');
  });

  it('leave no account in any log line', () => {
    expect(service.logs()).not.toContain('planted');
  });
});
