import type { BoostId, CreatorId, RedemptionId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Activation, Boost, BoostTerms, Expiry } from '../domain/boost/boost.ts';
import type { Span } from '../domain/boost/activating-sync.ts';
import { BOOST_COLUMNS, toBoost, type BoostRow } from './boost-row.ts';
import { DUE_BOOSTS } from './due-work.repository.ts';

export interface ClaimedBoost {
  readonly redemptionId: RedemptionId;
  readonly creatorId: CreatorId;
  readonly rewardId: string;
  readonly tierAtClaim: number;
  readonly claimedAt: string;
  readonly claimedOn: string;
  readonly lane: number;
  readonly terms: BoostTerms;
}

/** Boosts by the set: from the claim to the expiry, where no person takes part. */
@Injectable()
export class DueBoostRepository {
  /** A claim that is known already (a redelivery) makes nothing. @returns the new boosts */
  async schedule(claims: readonly ClaimedBoost[], at: Date, tx: TenantTransaction): Promise<Boost[]> {
    const terms = claims.map((claim) => claim.terms);
    const rows = await tx.many<BoostRow>(sql`
      INSERT INTO commission_boost.boost
        (client_id, redemption_id, creator_id, actor_id, reward_id, lane, rate_bps, duration_days, tier_at_claim,
         tier_commission_rate_bps, scheduled_date, clearing_days, currency, timezone, claimed_at, claimed_on,
         changed_at, actor_kind)
      SELECT ${tx.clientId}, redemption_id, creator_id, creator_id, reward_id, lane, rate_bps, duration_days,
             tier_at_claim, tier_commission_rate_bps, scheduled_date, clearing_days, currency, timezone, claimed_at,
             claimed_on, ${at}, 'creator'
      FROM unnest(
        ${claims.map((claim) => claim.redemptionId)}::uuid[], ${claims.map((claim) => claim.creatorId)}::uuid[],
        ${claims.map((claim) => claim.rewardId)}::uuid[], ${claims.map((claim) => claim.lane)}::smallint[],
        ${terms.map((term) => term.rateBps)}::int[], ${terms.map((term) => term.durationDays)}::int[],
        ${claims.map((claim) => claim.tierAtClaim)}::smallint[],
        ${terms.map((term) => term.tierCommissionRateBps)}::int[],
        ${terms.map((term) => term.scheduledDate)}::date[], ${terms.map((term) => term.clearingDays)}::int[],
        ${terms.map((term) => term.currency)}::text[], ${terms.map((term) => term.timezone)}::text[],
        ${claims.map((claim) => claim.claimedAt)}::timestamptz[], ${claims.map((claim) => claim.claimedOn)}::date[])
        AS c (redemption_id, creator_id, reward_id, lane, rate_bps, duration_days, tier_at_claim,
              tier_commission_rate_bps, scheduled_date, clearing_days, currency, timezone, claimed_at, claimed_on)
      ON CONFLICT (client_id, redemption_id) DO NOTHING
      RETURNING ${BOOST_COLUMNS}`);
    return rows.map(toBoost);
  }

  /** The spans of the creators' boosts that have expired. */
  async spansOf(creators: readonly CreatorId[], tx: TenantTransaction): Promise<Map<CreatorId, Span[]>> {
    if (creators.length === 0) return new Map();
    const rows = await tx.many<{ creator_id: CreatorId; from: string; until: string }>(sql`
      SELECT creator_id, activation_sync_sequence AS from, expiry_sync_sequence AS until FROM commission_boost.boost
      WHERE client_id = ${tx.clientId} AND creator_id = ANY (${creators}::uuid[]) AND expiry_sync_sequence > 0`);
    const byCreator = Map.groupBy(rows, (row) => row.creator_id);
    return new Map(
      [...byCreator].map(([creatorId, spans]) => [
        creatorId,
        spans.map(({ from, until }) => ({ from: Number(from), until: Number(until) })),
      ]),
    );
  }

  /**
   * The lane must be held: nobody else then moves these boosts. Sales events may be applied meanwhile, of later syncs only:
   * a reading is of a sync that the watermark has reached, and whoever waits behind a parked key is not among the due.
   */
  async dueInLane(lane: number, limit: number, tx: TenantTransaction): Promise<Boost[]> {
    const rows = await tx.many<BoostRow>(sql`
      SELECT ${BOOST_COLUMNS} FROM commission_boost.boost
      WHERE client_id = ${tx.clientId} AND id IN (
        SELECT b.id ${DUE_BOOSTS} AND b.client_id = ${tx.clientId} AND b.lane = ${lane} ORDER BY b.due_date, b.id LIMIT ${limit})
      ORDER BY id`);
    return rows.map(toBoost);
  }

  async activate(
    activations: readonly { readonly id: BoostId; readonly activation: Activation }[],
    at: Date,
    tx: TenantTransaction,
  ): Promise<void> {
    if (activations.length === 0) return;
    const readings = activations.map(({ activation }) => activation.reading);
    await tx.execute(sql`
      UPDATE commission_boost.boost AS b
      SET status = 'active', changed_at = ${at}, actor_kind = 'system', actor_id = NULL,
          activation_sync_sequence = r.sequence, activation_sync_id = r.sync_id, activation_file_sha256 = r.file_sha256,
          activation_date = r.business_date, activated_at = r.activated_at, expiry_date = r.expiry_date,
          gmv_at_activation_minor = r.gmv_minor
      FROM unnest(
        ${activations.map(({ id }) => id)}::uuid[], ${readings.map(({ sync }) => sync.sequence)}::bigint[],
        ${readings.map(({ sync }) => sync.syncId)}::uuid[], ${readings.map(({ sync }) => sync.fileSha256)}::text[],
        ${readings.map(({ sync }) => sync.businessDate)}::date[], ${readings.map(({ gmvMinor }) => gmvMinor)}::bigint[],
        ${activations.map(({ activation }) => activation.activatedAt)}::timestamptz[],
        ${activations.map(({ activation }) => activation.expiryDate)}::date[])
        AS r (id, sequence, sync_id, file_sha256, business_date, gmv_minor, activated_at, expiry_date)
      WHERE b.client_id = ${tx.clientId} AND b.id = r.id`);
  }

  /** Two steps: to `expired` with what came of the boost, and at once on to `pending_info`. */
  async expire(
    expiries: readonly { readonly id: BoostId; readonly expiry: Expiry }[],
    at: Date,
    tx: TenantTransaction,
  ): Promise<void> {
    if (expiries.length === 0) return;
    const readings = expiries.map(({ expiry }) => expiry.reading);
    const payouts = expiries.map(({ expiry }) => expiry.calculatedPayoutMinor);
    await tx.execute(sql`
      UPDATE commission_boost.boost AS b
      SET status = 'expired', changed_at = ${at}, actor_kind = 'system', actor_id = NULL,
          expiry_sync_sequence = r.sequence, expiry_sync_id = r.sync_id, expiry_file_sha256 = r.file_sha256,
          expired_on = r.business_date, gmv_at_expiry_minor = r.gmv_minor, delta_minor = r.delta_minor,
          calculated_payout_minor = r.payout_minor, final_payout_minor = r.payout_minor
      FROM unnest(
        ${expiries.map(({ id }) => id)}::uuid[], ${readings.map(({ sync }) => sync.sequence)}::bigint[],
        ${readings.map(({ sync }) => sync.syncId)}::uuid[], ${readings.map(({ sync }) => sync.fileSha256)}::text[],
        ${readings.map(({ sync }) => sync.businessDate)}::date[], ${readings.map(({ gmvMinor }) => gmvMinor)}::bigint[],
        ${expiries.map(({ expiry }) => expiry.deltaMinor)}::bigint[], ${payouts}::bigint[])
        AS r (id, sequence, sync_id, file_sha256, business_date, gmv_minor, delta_minor, payout_minor)
      WHERE b.client_id = ${tx.clientId} AND b.id = r.id`);
    await tx.execute(sql`
      UPDATE commission_boost.boost SET status = 'pending_info', changed_at = ${at}
      WHERE client_id = ${tx.clientId} AND id = ANY (${expiries.map(({ id }) => id)}::uuid[])`);
  }
}
