import { expect } from '@jest/globals';
import { inParallel } from '../../infra/demo/api-client.ts';
import { verifyChain, verifyStatement } from '../../packages/laurel-verify/src/verify.mjs';
import type { BoostByHand } from './boosts-by-hand.ts';
import type { Settlements } from './mission-boosts.ts';
import type { Programme } from './programme.ts';
import { plusDays } from './seeded-claims.ts';

const CLEARING_DAYS = 20;

interface BoostView {
  readonly id: string;
  readonly redemptionId: string;
}

interface StatementView {
  readonly statement: {
    readonly boostId: string;
    readonly redemptionId: string;
    readonly version: number;
    readonly calculation: { readonly deltaMinor: string };
    readonly amounts: Readonly<Record<'calculatedMinor' | 'finalMinor' | 'paidMinor', string>>;
  };
}

/** Whoever has given an account is payable from the end of the hold on; until then, and without one, it is held. */
export function isPayable(boost: BoostByHand, settlements: Settlements, today: string): boolean {
  const { redemptionId, expiryDate } = boost;
  if (settlements.paid.has(redemptionId) || !settlements.given.has(redemptionId) || expiryDate === null) return false;
  return plusDays(expiryDate, CLEARING_DAYS) <= today;
}

/** All that is payable goes through one run: its file out, the provider's answer in. @returns the redemptions it paid */
export async function payByRun({ admin }: Programme): Promise<string[]> {
  const { id, payouts } = await admin.post<{ id: string; payouts: number }>('/v1/payout-runs');
  const { body: file } = await admin.request<string>('GET', `/v1/payout-runs/${id}/export`);
  const references = file.split('\r\n').flatMap((line) => line.split(',')[3] ?? []);
  expect(references).toHaveLength(payouts);
  const results = references.map((reference, index) => `${reference},RUN-${index},SUCCESS\n`);
  const csv = Buffer.from(`reference,transaction id,status\n${results.join('')}`);
  const path = `/v1/payout-runs/${id}/results`;
  expect(await admin.request('POST', path, { csv })).toMatchObject({
    status: 200,
    body: { outcomes: { paid: payouts }, run: { status: 'ended' } },
  });
  expect((await admin.request('POST', path, { csv })).body).toMatchObject({ outcomes: { already_paid: payouts } });
  const paid = await admin.all<{ boostId: string }>(`/v1/payout-runs/${id}/payouts`);
  const boosts = await admin.all<BoostView>('/v1/boosts');
  const redemptions = new Map(boosts.map((boost) => [boost.id, boost.redemptionId]));
  return paid.map(({ boostId }) => redemptions.get(boostId) ?? `no boost ${boostId}`);
}

/** The latest statement of every boost that has ended, held by the tool against itself and against the chain. */
export async function statementsFoundValid({ admin }: Programme, ended: ReadonlySet<string>): Promise<StatementView[]> {
  const boosts = (await admin.all<BoostView>('/v1/boosts')).filter(({ redemptionId }) => ended.has(redemptionId));
  const files = await inParallel(boosts, ({ id }) => admin.get<StatementView>(`/v1/boosts/${id}/statement`));
  const chain = (await admin.get<string>('/v1/statements/chain')).trim().split('\n');
  const { hash: head } = await admin.get<{ hash: string }>('/v1/statements/head');
  for (const file of files) {
    expect(verifyStatement(JSON.stringify(file)).findings).toEqual([]);
    const { findings, latestVersion } = await verifyChain(chain, { file, head });
    expect({ findings, latestVersion }).toEqual({ findings: [], latestVersion: file.statement.version });
  }
  return files;
}
