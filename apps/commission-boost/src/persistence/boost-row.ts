import { sql, type Statement } from '#libs/persistence';
import type { BoostId, CalendarDate, CreatorId, Currency, RateBps, RedemptionId, SyncId } from '#libs/kernel';
import { hasReached, type BoostStatus } from '../domain/boost/boost-status.ts';
import type { Activation, Boost, Expiry, Payment } from '../domain/boost/boost.ts';

export interface BoostRow {
  id: BoostId;
  redemption_id: RedemptionId;
  creator_id: CreatorId;
  status: BoostStatus;
  rate_bps: RateBps;
  duration_days: number;
  tier_commission_rate_bps: RateBps;
  scheduled_date: CalendarDate;
  clearing_days: number;
  currency: Currency;
  timezone: string;
  activation_sync_sequence: string;
  activation_sync_id: SyncId;
  activation_file_sha256: string;
  activation_date: CalendarDate;
  activated_at: Date;
  expiry_date: CalendarDate;
  gmv_at_activation_minor: string;
  expiry_sync_sequence: string;
  expiry_sync_id: SyncId;
  expiry_file_sha256: string;
  expired_on: CalendarDate;
  gmv_at_expiry_minor: string;
  delta_minor: string;
  calculated_payout_minor: string;
  final_payout_minor: string;
  final_amount_version: number | null;
  payment_detail_version: number | null;
  paid_at: Date;
  paid_by: string;
  transaction_id: string;
  hold_override_reason: string | null;
}

/** Columns of `commission_boost.boost`; until a state is reached, those of its reading mean nothing. */
export const BOOST_COLUMNS: Statement = sql`
  id, redemption_id, creator_id, status, rate_bps, duration_days, tier_commission_rate_bps,
  scheduled_date::text AS scheduled_date, clearing_days, currency, timezone, activation_sync_sequence,
  activation_sync_id, activation_file_sha256, activation_date::text AS activation_date, activated_at,
  expiry_date::text AS expiry_date, gmv_at_activation_minor, expiry_sync_sequence, expiry_sync_id, expiry_file_sha256,
  expired_on::text AS expired_on, gmv_at_expiry_minor, delta_minor, calculated_payout_minor, final_payout_minor,
  final_amount_version, payment_detail_version, paid_at, paid_by, transaction_id, hold_override_reason`;

export function toBoost(row: BoostRow): Boost {
  return {
    id: row.id,
    redemptionId: row.redemption_id,
    creatorId: row.creator_id,
    status: row.status,
    terms: {
      rateBps: row.rate_bps,
      durationDays: row.duration_days,
      tierCommissionRateBps: row.tier_commission_rate_bps,
      scheduledDate: row.scheduled_date,
      clearingDays: row.clearing_days,
      currency: row.currency,
      timezone: row.timezone,
    },
    activation: hasReached(row.status, 'active') ? toActivation(row) : null,
    expiry: hasReached(row.status, 'expired') ? toExpiry(row) : null,
    finalPayoutMinor: hasReached(row.status, 'expired') ? BigInt(row.final_payout_minor) : null,
    finalAmountVersion: row.final_amount_version ?? 0,
    paymentDetailVersion: row.payment_detail_version ?? 0,
    payment: row.status === 'paid' ? toPayment(row) : null,
  };
}

function toActivation(row: BoostRow): Activation {
  const sync = {
    sequence: Number(row.activation_sync_sequence),
    syncId: row.activation_sync_id,
    businessDate: row.activation_date,
    fileSha256: row.activation_file_sha256,
  };
  return {
    reading: { sync, gmvMinor: BigInt(row.gmv_at_activation_minor) },
    activatedAt: row.activated_at,
    expiryDate: row.expiry_date,
  };
}

function toExpiry(row: BoostRow): Expiry {
  const sync = {
    sequence: Number(row.expiry_sync_sequence),
    syncId: row.expiry_sync_id,
    businessDate: row.expired_on,
    fileSha256: row.expiry_file_sha256,
  };
  return {
    reading: { sync, gmvMinor: BigInt(row.gmv_at_expiry_minor) },
    deltaMinor: BigInt(row.delta_minor),
    calculatedPayoutMinor: BigInt(row.calculated_payout_minor),
  };
}

function toPayment(row: BoostRow): Payment {
  return {
    paidAt: row.paid_at,
    paidBy: row.paid_by,
    transactionId: row.transaction_id,
    holdOverrideReason: row.hold_override_reason,
  };
}
