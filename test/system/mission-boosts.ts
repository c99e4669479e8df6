import { randomUUID } from 'node:crypto';
import { eventually, missionGrantChanged } from '#libs/testing';
import { inParallel } from '../../infra/demo/api-client.ts';
import type { ClaimedByHand } from './boosts-by-hand.ts';
import type { CreatorView, Programme } from './programme.ts';

export interface BoostOffer {
  readonly id: string;
  readonly rateBps: number;
  readonly durationDays: number;
}

export interface Wish {
  readonly creator: CreatorView;
  readonly offer: BoostOffer;
  readonly scheduledDate: string;
}

/** Services die meanwhile: what was not answered is asked again, under its key. */
const PATIENCE = { timeoutMs: 60_000 };

/** Boosts that missions give, of rates from 1 to 10,000 bps and of 7 to 60 days. */
export async function offerBoosts(programme: Programme, random: () => number, howMany: number): Promise<BoostOffer[]> {
  const ends = [
    { rateBps: 1, durationDays: 7 },
    { rateBps: 10_000, durationDays: 60 },
  ];
  const values = Array.from(
    { length: howMany },
    (_, index) =>
      ends[index] ?? { rateBps: 1 + Math.floor(random() * 10_000), durationDays: 7 + Math.floor(random() * 54) },
  );
  return inParallel(
    values,
    async (value, index = values.indexOf(value)) => {
      const body = {
        type: 'commission_boost',
        name: `boost ${index}`,
        source: 'mission',
        value,
        frequency: 'unlimited',
      };
      const { id } = await programme.admin.post<{ id: string }>('/v1/rewards', body);
      await programme.admin.post(`/v1/rewards/${id}/enable`);
      return { id, ...value };
    },
    4,
  );
}

/** Grants each wish its reward and has its creator claim it. @returns the boosts that there are by that */
export async function grantAndClaim(programme: Programme, wishes: readonly Wish[]): Promise<ClaimedByHand[]> {
  const { clientId, laurel } = programme;
  await laurel.hear(
    wishes.map(({ creator, offer }) =>
      missionGrantChanged({ clientId, creatorId: creator.id, grantId: randomUUID(), rewardId: offer.id }),
    ),
  );
  const claimed = await inParallel(wishes, async ({ creator, offer, scheduledDate }) => {
    const self = await laurel.creator(clientId, creator.id);
    const redemption = await eventually(async () => {
      const open = await self.all<{ id: string; rewardId: string }>('/v1/redemptions?status=claimable');
      return open.find(({ rewardId }) => rewardId === offer.id);
    }, PATIENCE);
    let tooEarly = 0;
    const answer = await eventually(async () => {
      const path = `/v1/redemptions/${redemption.id}/claim`;
      const sent = { body: { scheduledDate }, headers: { 'idempotency-key': `claim-${redemption.id}-${tooEarly}` } };
      const answered = await self.request<{ code?: string }>('POST', path, sent);
      // Whoever was dead when the file was applied may not have heard yet which day it is.
      const isTooEarly = answered.body.code === 'redemption.date_out_of_range';
      if (isTooEarly) tooEarly += 1;
      return isTooEarly || answered.status >= 500 ? undefined : answered;
    }, PATIENCE);
    if (answer.status === 409 && answer.body.code === 'boost.slot_taken') return [];
    if (answer.status !== 200) throw new Error(`claim: ${answer.status} ${JSON.stringify(answer.body)}`);
    const { rateBps, durationDays } = offer;
    return [{ redemptionId: redemption.id, handle: creator.handle, scheduledDate, rateBps, durationDays }];
  });
  return claimed.flat();
}

interface BoostView {
  readonly id: string;
  readonly redemptionId: string;
  readonly creatorId: string;
  readonly status: string;
  readonly finalPayout: { readonly amount: string } | null;
}

/** What people did about boosts that have ended: by redemption, in cents. */
export interface Settlements {
  readonly finals: Map<string, bigint>;
  /** Who has given an account. */
  readonly given: Set<string>;
  readonly paid: Set<string>;
}

/** Of the boosts that wait, some get another amount, most get details, and of these some are paid at once, by hand. */
export async function settleSome(programme: Programme, random: () => number, so: Settlements): Promise<void> {
  const boosts = await eventually(() => programme.admin.all<BoostView>('/v1/boosts'), PATIENCE);
  const waiting = boosts
    .filter(({ status }) => status === 'pending_info' || status === 'pending_payout')
    .sort((a, b) => (a.redemptionId < b.redemptionId ? -1 : 1))
    .map((boost) => ({
      boost,
      adjusts: random() < 0.3,
      gives: random() < 0.7,
      pays: random() < 0.35,
      cents: random(),
    }));
  await inParallel(waiting, async ({ boost, adjusts, gives, pays, cents }) => {
    const path = `/v1/boosts/${boost.id}`;
    if (adjusts) {
      const amount = BigInt(Math.floor(cents * 20_000));
      await adjust(programme, path, amount);
      so.finals.set(boost.redemptionId, amount);
    }
    const amount = so.finals.get(boost.redemptionId) ?? BigInt(boost.finalPayout?.amount.replace('.', '') ?? 0);
    if (boost.status === 'pending_info' && amount > 0n) {
      if (!gives) return;
      await giveDetails(programme, boost);
      so.given.add(boost.redemptionId);
    }
    if (!pays) return;
    const body = { transactionId: amount === 0n ? 'zero' : `T-${boost.id}`, overrideHold: { reason: 'a settlement' } };
    await eventually(() => programme.admin.post(`${path}/pay`, body, `pay-${boost.id}`), PATIENCE);
    so.paid.add(boost.redemptionId);
  });
}

/** A key for each amount: in another round the boost may get another one. */
async function adjust(programme: Programme, path: string, cents: bigint): Promise<void> {
  const digits = `${cents}`.padStart(3, '0');
  const amount = { amount: `${digits.slice(0, -2)}.${digits.slice(-2)}`, currency: 'USD' };
  const body = { amount, reason: 'agreed with the creator' };
  await eventually(() => programme.admin.post(`${path}/final-amount`, body, `final-${path}-${cents}`), PATIENCE);
}

async function giveDetails(programme: Programme, boost: BoostView): Promise<void> {
  const self = await programme.laurel.creator(programme.clientId, boost.creatorId);
  const account = `creator-${boost.creatorId.slice(-8)}@example.com`;
  const details = { method: 'paypal', account, accountConfirm: account };
  await eventually(() => self.put(`/v1/boosts/${boost.id}/payment-details`, details), PATIENCE);
}
