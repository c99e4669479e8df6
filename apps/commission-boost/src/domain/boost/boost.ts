import type { BoostId, CalendarDate, CreatorId, Currency, RateBps, RedemptionId, SyncId } from '#libs/kernel';
import type { BoostStatus } from './boost-status.ts';

/** What the claim froze. Nothing that happens later changes it. */
export interface BoostTerms {
  readonly rateBps: RateBps;
  readonly durationDays: number;
  /** TikTok's own commission in the tier of the claim, for display. */
  readonly tierCommissionRateBps: RateBps;
  readonly scheduledDate: CalendarDate;
  readonly clearingDays: number;
  readonly currency: Currency;
  readonly timezone: string;
}

/** A complete sync of the client: the clock that boosts go by. */
export interface CompleteSync {
  readonly sequence: number;
  readonly syncId: SyncId;
  readonly businessDate: CalendarDate;
  readonly fileSha256: string;
}

/** The creator's raw lifetime GMV as of a sync. Adjustments never count. */
export interface Reading {
  readonly sync: CompleteSync;
  readonly gmvMinor: bigint;
}

export interface Activation {
  readonly reading: Reading;
  /** 14:00 of the client's zone on the activation date, which is the business date of the reading. */
  readonly activatedAt: Date;
  readonly expiryDate: CalendarDate;
}

export interface Expiry {
  readonly reading: Reading;
  /** Keeps its sign. */
  readonly deltaMinor: bigint;
  readonly calculatedPayoutMinor: bigint;
}

export interface Payment {
  readonly paidAt: Date;
  readonly paidBy: string;
  /** `zero` when nothing was transferred, since the amount is 0. */
  readonly transactionId: string;
  readonly holdOverrideReason: string | null;
}

/** The paid life of a commission-boost redemption. */
export interface Boost {
  readonly id: BoostId;
  readonly redemptionId: RedemptionId;
  readonly creatorId: CreatorId;
  readonly status: BoostStatus;
  readonly terms: BoostTerms;
  readonly activation: Activation | null;
  readonly expiry: Expiry | null;
  /** What is, or is to be, paid: the last final amount, else the calculated payout. Null before `expired`. */
  readonly finalPayoutMinor: bigint | null;
  /** How often the final amount was set. */
  readonly finalAmountVersion: number;
  /** How often payment details were given. */
  readonly paymentDetailVersion: number;
  readonly payment: Payment | null;
}

export type ActorKind = 'creator' | 'admin' | 'system';

/** Who made a step. `id` is null for the system. */
export interface Actor {
  readonly kind: ActorKind;
  readonly id: string | null;
}
