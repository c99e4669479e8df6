import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StatementFileV1 } from '#libs/contracts';
import type { ClientId, CreatorId } from '#libs/kernel';
import {
  aClientId,
  aCreatorId,
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
import { FormatRegistry } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { verifyChain, verifyStatement } from '../../../packages/laurel-verify/src/verify.mjs';
import { redemptionClaimed } from './boost-world.ts';

let database: TestDatabase;
let topics: TestTopics;
let service: RunningService;
const clientId: ClientId = aClientId();
const [creatorId, otherId]: readonly CreatorId[] = [aCreatorId(), aCreatorId()] as const;
const redemptionId = randomUUID();
const otherRedemptionId = randomUUID();
const tokens = { admin: '', own: '', other: '', otherAdmin: '' };
const EVIL = '<script>alert("paid & done")</script>';

beforeAll(async () => {
  [database, topics] = await Promise.all([createTestDatabase('commission-boost'), createTestTopics()]);
  service = await startService('commission-boost', { database, topics });
  const signer = testSigner();
  tokens.admin = await signer.token({ role: 'admin', clientId, sub: EVIL });
  tokens.own = await signer.token({ role: 'creator', clientId, sub: creatorId });
  tokens.other = await signer.token({ role: 'creator', clientId, sub: otherId ?? '' });
  tokens.otherAdmin = await signer.token({ role: 'admin', clientId: aClientId() });
});
afterAll(async () => {
  await service.stop();
  await topics.remove();
  await database.drop();
});

async function get(path: string, token = tokens.own, accept = '*/*') {
  const response = await fetch(`${service.url}/v1${path}`, { headers: { authorization: `Bearer ${token}`, accept } });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
const json = async (path: string, token = tokens.own) =>
  JSON.parse((await get(path, token)).text) as Record<string, unknown>;
const statementPath = `/boosts/${redemptionId}/statement`;

let sequence = 0;
async function sync(
  businessDate: string,
  gmv: readonly [first: bigint, second: bigint],
  before: readonly [bigint, bigint],
) {
  const of = { clientId, syncId: randomUUID(), syncSequence: ++sequence, businessDate };
  const sales = [creatorId, otherId].map((id, index) => {
    const lifetime = gmv[index] ?? 0n;
    const differences = [{ gmvMinor: (lifetime - (before[index] ?? 0n)).toString() }];
    return salesRecorded({
      ...of,
      creatorId: id as CreatorId,
      version: sequence,
      lifetimeGmvMinor: lifetime.toString(),
      differences,
    });
  });
  await topics.publish([syncCompleted({ ...of, creatorSalesEvents: 2 }), ...sales]);
}

const boostThat = (is: (boost: Record<string, unknown>) => boolean) =>
  eventually(async () => {
    const boost = await json(`/boosts/${redemptionId}`);
    return is(boost) ? boost : undefined;
  });

describe('statements over HTTP', () => {
  it('begin with a figure that is not final, while the boost is active', async () => {
    const terms = { scheduledDate: '2026-01-06', durationDays: 7 };
    await topics.publish([
      clientCreated({ clientId }),
      redemptionClaimed(clientId, { creatorId: creatorId as CreatorId, redemptionId, ...terms }),
      redemptionClaimed(clientId, { creatorId: otherId as CreatorId, redemptionId: otherRedemptionId, ...terms }),
    ]);
    expect((await boostThat(({ status }) => status === 'scheduled'))['provisional']).toBeNull();
    await sync('2026-01-06', [100_000n, 5_000n], [0n, 0n]);
    expect((await boostThat(({ status }) => status === 'active'))['provisional']).toEqual({
      asOf: '2026-01-06',
      delta: { amount: '0.00', currency: 'USD' },
      payout: { amount: '0.00', currency: 'USD' },
      final: false,
    });
    await sync('2026-01-09', [110_010n, 5_000n], [100_000n, 5_000n]);
    const boost = await boostThat(({ provisional }) => (provisional as { asOf: string }).asOf === '2026-01-09');
    expect(boost['provisional']).toMatchObject({
      delta: { amount: '100.10' },
      payout: { amount: '5.01' },
      final: false,
    });
    const listed = (await json('/boosts'))['data'] as Record<string, unknown>[];
    expect(listed[0]?.['provisional']).toEqual(boost['provisional']);
    expect(JSON.parse((await get(statementPath)).text)).toMatchObject({
      status: 409,
      code: 'boost.not_expired',
      expiryDate: '2026-01-13',
    });
  });

  it('are a file that laurel-verify finds valid, of the frozen schema', async () => {
    await sync('2026-01-13', [157_500n, 5_400n], [110_010n, 5_000n]);
    expect((await boostThat(({ status }) => status === 'pending_info'))['provisional']).toBeNull();
    const { status, headers, text } = await get(statementPath);
    expect([status, headers.get('content-type'), headers.get('vary')]).toEqual([
      200,
      'application/json; charset=utf-8',
      'Accept',
    ]);
    expect(verifyStatement(text).findings).toEqual([]);
    for (const format of ['date', 'date-time']) FormatRegistry.Set(format, (text) => !Number.isNaN(Date.parse(text)));
    expect([...Value.Errors(StatementFileV1, JSON.parse(text))]).toEqual([]);
    expect(await get(statementPath, tokens.admin)).toMatchObject({ status: 200, text });
  });

  it('do not exist for anybody else', async () => {
    const strangers = await Promise.all([tokens.other, tokens.otherAdmin].map((token) => get(statementPath, token)));
    expect(strangers.map(({ status }) => status)).toEqual([404, 404]);
    expect((await get(`${statementPath}?version=2`)).status).toBe(404);
    expect((await get(`${statementPath}?version=0`)).status).toBe(422);
    expect(JSON.parse((await get('/statements/head', tokens.otherAdmin)).text)).toEqual({
      position: 0,
      hash: '0'.repeat(64),
    });
    expect((await get('/statements/chain', tokens.otherAdmin)).text).toBe('');
  });

  it('have a chain that a creator can hold its own against, and that does not tell whose the others are', async () => {
    await get(`/boosts/${otherRedemptionId}/statement`, tokens.other);
    const head = await json('/statements/head');
    expect(head).toEqual({ position: 2, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const chains = [
      (await get('/statements/chain')).text,
      (await get('/statements/chain', tokens.admin)).text,
    ] as const;
    const linksOf = (chain: string) =>
      chain
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(linksOf(chains[0]).filter(({ boostId }) => boostId !== undefined)).toHaveLength(1);
    expect(linksOf(chains[1]).filter(({ boostId }) => boostId !== undefined)).toHaveLength(2);
    for (const chain of chains) {
      const file = await json(statementPath);
      expect((await verifyChain(chain.split('\n'), { file, head: head['hash'] as string })).findings).toEqual([]);
    }
  });

  it('are a page for people, in which nothing that was written by others is markup', async () => {
    const { id } = await json(`/boosts/${redemptionId}`);
    const set = await fetch(`${service.url}/v1/boosts/${String(id)}/final-amount`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.admin}`, 'content-type': 'application/json', 'idempotency-key': 'k' },
      body: JSON.stringify({ amount: { amount: '1230.00', currency: 'USD' }, reason: `${EVIL} as agreed` }),
    });
    expect(set.status).toBe(200);
    const { headers, text } = await get(statementPath, tokens.own, 'text/html,application/xhtml+xml,*/*;q=0.8');
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(text).not.toMatch(/<script|<img|<link|<iframe|https?:|javascript:| on\w+=/i);
    expect(text.split(EVIL.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`))).toHaveLength(3);
    for (const shown of [
      '1,230.00 USD',
      '1,575.00',
      '575.00',
      '28.75',
      '5 %',
      '6 Jan 2026',
      '+474.90',
      'Version 2',
      '@media print',
      'npx laurel-verify',
    ]) {
      expect([shown, text.includes(shown)]).toEqual([shown, true]);
    }
    expect((await get(statementPath, tokens.own, 'application/json, text/html')).headers.get('content-type')).toMatch(
      /json/,
    );
    expect(verifyStatement((await get(statementPath)).text).findings).toEqual([]);
  });
});
