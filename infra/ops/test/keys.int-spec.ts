import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newEvent, RedemptionClaimedV1, TOPICS } from '#libs/contracts';
import {
  aClientId,
  aCreator,
  aCreatorId,
  clientCreated,
  createTestDatabase,
  createTestTopics,
  eventually,
  programmeDateAdvanced,
  programPublished,
  salesRecorded,
  startService,
  syncCompleted,
  testSigner,
  type RunningService,
  type TestDatabase,
  type TestTopics,
} from '#libs/testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

type Json = Record<string, unknown>;

const directory = mkdtempSync(join(tmpdir(), 'laurel-rotation-'));
const file = join(directory, 'master-keys');
const [old, fresh] = ['2025', '2026'].map((id) => `${id}:${randomBytes(32).toString('base64')}`);
const setKeys = (...keys: (string | undefined)[]) => writeFileSync(file, `${keys.join('\n')}\n`);

const ADDRESS = {
  ...{ firstName: 'Jane', lastName: 'Doe', line1: '12 Cherry Lane', city: 'Springfield', state: 'Illinois' },
  ...{ postalCode: '62704', country: 'US' },
};

let database: TestDatabase;
let topics: TestTopics;
const services: RunningService[] = [];
let gateway: RunningService;
let rewardId: string;
const [clientId, creatorId, boostRedemptionId] = [aClientId(), aCreatorId(), randomUUID()];
const tokens = { admin: '', own: '', operator: '' };

beforeAll(async () => {
  setKeys(old);
  [database, topics] = await Promise.all([
    createTestDatabase('ingestion', 'redemption', 'commission-boost'),
    createTestTopics(),
  ]);
  const env = { LAUREL_MASTER_KEYS: `file:${file}` };
  const [ingestion, redemption, boosts] = await Promise.all([
    startService('ingestion', { database, topics, env }),
    startService('redemption', { database, topics, env }),
    startService('commission-boost', { database, topics, env }),
  ]);
  const nowhere = 'http://127.0.0.1:9';
  gateway = await startService('gateway', {
    ...{ database, topics },
    env: {
      ...{ INGESTION_URL: ingestion.url, TIER_EVALUATION_URL: nowhere },
      ...{ REDEMPTION_URL: redemption.url, COMMISSION_BOOST_URL: boosts.url },
    },
  });
  services.push(gateway, ingestion, redemption, boosts);
  const signer = testSigner();
  tokens.admin = await signer.token({ role: 'admin', clientId });
  tokens.own = await signer.token({ role: 'creator', clientId, sub: creatorId });
  tokens.operator = await signer.token({ role: 'operator', sub: 'operator' });
  await topics.publish([
    clientCreated({ clientId }),
    programPublished(clientId),
    aCreator({ clientId, creatorId }).onboarded,
    programmeDateAdvanced({ clientId, programmeDate: '2026-01-13' }),
    boostClaimed(),
  ]);
  await expireBoost();
  rewardId = await offerGift();
}, 120_000);

afterAll(async () => {
  await Promise.all(services.map((service) => service.stop()));
  await topics.remove();
  await database.drop();
  rmSync(directory, { recursive: true });
});

function boostClaimed() {
  const terms = { rateBps: 500, durationDays: 7, scheduledDate: '2026-01-06', tierCommissionRateBps: 0 };
  return newEvent(RedemptionClaimedV1, {
    ...{ clientId, aggregateId: creatorId, subject: boostRedemptionId, aggregateVersion: 1 },
    data: {
      ...{ redemptionId: boostRedemptionId, rewardId: randomUUID(), creatorId, type: 'commission_boost' as const },
      ...{ tierAtClaim: 1, tierVersion: 0, claimedAt: '2026-01-05T12:00:00Z', claimedOn: '2026-01-05' },
      boost: { ...terms, clearingDays: 20, currency: 'USD', timezone: 'America/New_York' },
    },
  });
}

async function expireBoost(): Promise<void> {
  for (const [index, businessDate] of ['2026-01-06', '2026-01-13'].entries()) {
    const of = { clientId, syncId: randomUUID(), syncSequence: index + 1, businessDate };
    const sales = { ...of, creatorId, version: index + 1, lifetimeGmvMinor: String((index + 1) * 100_000) };
    await topics.publish([syncCompleted(of), salesRecorded(sales)]);
  }
  await eventually(async () => (await send(`GET /v1/boosts/${boostRedemptionId}`)).body['status'] === 'pending_info');
}

async function send(target: string, token = tokens.admin, body?: Json): Promise<{ status: number; body: Json }> {
  const [method = '', path = ''] = target.split(' ');
  const headers = { authorization: `Bearer ${token}`, 'idempotency-key': randomUUID() };
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Json };
}

async function offerGift(): Promise<string> {
  const value = { requiresSize: false, displayText: 'Mug' };
  const gift = { type: 'physical_gift', name: 'Mug', tier: 1, source: 'vip_tier', frequency: 'unlimited', value };
  const id = String((await send('POST /v1/rewards', tokens.admin, gift)).body['id']);
  await send(`POST /v1/rewards/${id}/enable`);
  return id;
}

/** Claims a gift and gives payment details, whichever master key is current. */
async function work(round: number): Promise<string> {
  const id = await eventually(async () => {
    const { body } = await send(`GET /v1/redemptions?status=claimable&rewardId=${rewardId}`, tokens.own);
    const [row] = body['data'] as Json[];
    return row && String(row['id']);
  });
  const claimed = await send(`POST /v1/redemptions/${id}/claim`, tokens.own, {
    shipping: { ...ADDRESS, line1: lineOf(round) },
  });
  expect([round, claimed.status]).toEqual([round, 200]);
  const account = `jane.${round}@example.com`;
  const details = { method: 'paypal', account, accountConfirm: account };
  const given = await send(`PUT /v1/boosts/${boostRedemptionId}/payment-details`, tokens.own, details);
  expect(given).toMatchObject({ status: 200, body: { paymentAccountMasked: 'j***@example.com' } });
  return id;
}

const lineOf = (round: number) => `${round} Cherry Lane`;

/** `npm run ops -- ...` */
function ops(...args: string[]): Promise<{ code: number; printed: string }> {
  const whole = ['dist/infra/ops/ops.js', ...args, '--url', gateway.url, '--token', tokens.operator];
  return new Promise((resolve) => {
    execFile(process.execPath, whole, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, printed: `${stdout}${stderr}` });
    });
  });
}

const shows = (line: string) =>
  eventually(async () => {
    const { printed } = await ops('keys', 'show');
    return printed.split(line).length === 4 && printed;
  });

it('replaces the master keys of every service while claims and payment details go on', async () => {
  const claimed = [await work(0)];
  expect(await ops('keys', 'show')).toEqual({
    code: 0,
    printed: [
      'ingestion: 2025 is current and wraps 0 data keys\n',
      'redemption: 2025 is current and wraps 1 data keys\n',
      // That of the creator, and that of the client's fingerprints of accounts.
      'commission-boost: 2025 is current and wraps 2 data keys\n',
    ].join(''),
  });
  expect((await send('GET /v1/ops/keys/redemption')).status).toBe(403);
  const early = await send('POST /v1/ops/keys/redemption/rotate', tokens.operator, { to: '2026' });
  expect(early).toMatchObject({ status: 409, body: { code: 'keys.not_current' } });

  setKeys(fresh, old);
  await shows('2026 is current');
  claimed.push(await work(1));
  const [rotated, ...during] = await Promise.all([ops('keys', 'rotate'), work(2)]);
  claimed.push(...during);
  expect(rotated.code).toBe(0);
  for (const [service, count] of [
    ['redemption', 1],
    ['commission-boost', 2],
  ] as const) {
    expect(rotated.printed).toContain(`${service}: ${count} data keys wrapped by 2026, 0 that do not open\n`);
    expect(rotated.printed).toContain(`${service}: 2025 is in no use any more and can be taken away\n`);
  }

  setKeys(fresh);
  const printed = await shows('2026 is current');
  await eventually(async () => !(await ops('keys', 'show')).printed.includes('2025'));
  expect(printed).toContain('wraps 1 data keys');
  claimed.push(await work(3));
  for (const [round, id] of claimed.entries()) {
    const { body } = await send(`GET /v1/redemptions/${id}`, tokens.own);
    expect(body['shipping']).toEqual({ ...ADDRESS, line1: lineOf(round) });
  }
  expect((await send(`GET /v1/boosts/${boostRedemptionId}`)).body).toMatchObject({
    paymentAccountMasked: 'j***@example.com',
  });
  expect(await ops('keys', 'rotate')).toMatchObject({ code: 0 });
});

it('has told addresses and accounts to nobody on the way', async () => {
  for (const service of services)
    expect([service.name, /Cherry|jane\./.exec(service.logs())]).toEqual([service.name, null]);
  for (const topic of TOPICS) expect((await topics.readRaw(topic)).join('\n')).not.toMatch(/Cherry|jane\./);
});

it('says when a key was taken away that is still in use', async () => {
  setKeys(`2027:${randomBytes(32).toString('base64')}`);
  await shows('2027 is current');
  const shown = await ops('keys', 'show');
  expect(shown.code).toBe(1);
  expect(shown.printed).toContain('redemption: 2026 is not there and wraps 1 data keys, which do not open\n');
  const rotated = await ops('keys', 'rotate');
  expect(rotated).toMatchObject({
    code: 1,
    printed: expect.stringContaining('0 data keys wrapped by 2027, 1 that do not open'),
  });
  setKeys(fresh);
  await shows('2026 is current');
  expect((await ops('keys', 'show')).code).toBe(0);
});
