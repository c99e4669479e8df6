import { sql } from '#libs/persistence';
import { inParallel } from '../../infra/demo/api-client.ts';
import { minorOf, type Programme } from './programme.ts';

interface RedemptionView {
  readonly id: string;
  readonly type: string;
  readonly status: string;
}

interface BoostView {
  readonly id: string;
  readonly creatorId: string;
  readonly status: string;
  readonly rateBps: number;
  readonly activationDate: string | null;
  readonly expiryDate: string | null;
  readonly gmvAtActivation: { amount: string } | null;
  readonly gmvAtExpiry: { amount: string } | null;
  readonly delta: { amount: string } | null;
  readonly calculatedPayout: { amount: string } | null;
  readonly finalPayout: { amount: string } | null;
}

/** Some creators of a tier above the first claim what is open to them, each in their own name. */
export async function claimSome(programme: Programme, random: () => number, howMany: number, today: string) {
  const eligible = (await programme.creators()).filter((creator) => creator.tier > 1);
  const chosen = eligible.filter(() => random() < howMany / Math.max(1, eligible.length));
  const days = new Map(chosen.map((creator) => [creator.id, 1 + Math.floor(random() * 7)]));
  await inParallel(chosen, async (creator) => {
    const scheduledDate = plusDays(today, days.get(creator.id) ?? 1);
    for (const { status, code } of await claimOpenRows(programme, creator.id, { today, scheduledDate })) {
      const refused = status === 409 && ['boost.slot_taken', 'redemption.limit_reached'].includes(code);
      if (status !== 200 && !refused) throw new Error(`claim: ${status} ${code}`);
    }
  });
}

/** A creator claims all that is open to it; the same claim of the same day again is the same claim. */
export async function claimOpenRows(
  programme: Programme,
  creatorId: string,
  { today, scheduledDate }: { today: string; scheduledDate: string },
): Promise<{ status: number; code: string }[]> {
  const self = await programme.laurel.creator(programme.clientId, creatorId);
  const answers: { status: number; code: string }[] = [];
  for (const redemption of await self.all<RedemptionView>('/v1/redemptions?status=claimable')) {
    const body = redemption.type === 'commission_boost' ? { scheduledDate } : {};
    const { status, body: answer } = await self.request<{ code?: string }>(
      'POST',
      `/v1/redemptions/${redemption.id}/claim`,
      { body, headers: { 'idempotency-key': `${redemption.id}-${today}` } },
    );
    answers.push({ status, code: `${answer.code}` });
  }
  return answers;
}

/** Every boost that has come far enough gets its details and is paid, whatever is left of its hold. */
export async function payAll(programme: Programme): Promise<void> {
  await inParallel(await programme.admin.all<BoostView>('/v1/boosts'), async (boost) => {
    if (!['pending_info', 'pending_payout'].includes(boost.status)) return;
    const self = await programme.laurel.creator(programme.clientId, boost.creatorId);
    const payout = boost.finalPayout ?? boost.calculatedPayout;
    const zero = payout !== null && minorOf(payout.amount) === 0;
    if (boost.status === 'pending_info' && !zero) {
      const account = 'creator@example.com';
      await self.put(`/v1/boosts/${boost.id}/payment-details`, { method: 'paypal', account, accountConfirm: account });
    }
    const overrideHold = { reason: 'the end of the sample series' };
    await programme.admin.post(`/v1/boosts/${boost.id}/pay`, {
      transactionId: zero ? 'zero' : `T-${boost.id}`,
      overrideHold,
    });
  });
}

/** What every boost must pay, computed once more from ingestion's sales ledger, against what the API says. */
export async function boostFaults(programme: Programme): Promise<{ checked: number; faults: object[] }> {
  const boosts = await programme.admin.all<BoostView>('/v1/boosts');
  const expired = boosts.filter((boost) => boost.gmvAtExpiry !== null);
  const faults = await inParallel(expired, async (boost) => {
    const from = await lifetimeAtFirstSync(programme, boost.creatorId, `${boost.activationDate}`);
    const to = await lifetimeAtFirstSync(programme, boost.creatorId, `${boost.expiryDate}`);
    const delta = to - from;
    const share = (BigInt(Math.max(0, delta)) * BigInt(boost.rateBps) * 2n + 10_000n) / 20_000n;
    const expected = { from, to, delta, payout: Number(share) };
    const told = {
      from: minorOf(boost.gmvAtActivation?.amount ?? ''),
      to: minorOf(boost.gmvAtExpiry?.amount ?? ''),
      delta: minorOf(boost.delta?.amount ?? ''),
      payout: minorOf(boost.calculatedPayout?.amount ?? ''),
    };
    return JSON.stringify(told) === JSON.stringify(expected) ? undefined : { id: boost.id, told, expected };
  });
  return { checked: expired.length, faults: faults.filter((fault) => fault !== undefined) };
}

/** The creator's raw lifetime GMV, in minor units, as of the first sync on or after a date. */
async function lifetimeAtFirstSync(programme: Programme, creatorId: string, date: string): Promise<number> {
  const row = await programme.laurel.database.asAdmin((tx) =>
    tx.one<{ total: string }>(sql`
      SELECT coalesce(sum(e.gmv_minor), 0)::text AS total
      FROM ingestion.sales_entry e
      WHERE e.client_id = ${programme.clientId} AND e.creator_id = ${creatorId}
        AND e.sync_sequence <= (SELECT min(sequence) FROM commission_boost.completed_sync
                                WHERE client_id = ${programme.clientId} AND business_date >= ${date}::date)`),
  );
  return Number(row.total);
}

export function plusDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
