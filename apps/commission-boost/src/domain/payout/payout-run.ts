import type { BoostId, CalendarDate, CreatorId, Currency } from '#libs/kernel';

/** `freezing` while it takes up what is payable, `open` until the provider has told the end of every payout in it. */
export const RUN_STATES = ['freezing', 'open', 'ended'] as const;
export type RunState = (typeof RUN_STATES)[number];

export const ATTEMPT_STATUSES = ['pending', 'paid', 'failed'] as const;
export type AttemptStatus = (typeof ATTEMPT_STATUSES)[number];

/** Payouts that go to the provider together, in one currency. */
export interface PayoutRun {
  readonly id: string;
  readonly state: RunState;
  readonly currency: Currency;
  /** What was payable on this date was taken up. */
  readonly programmeDate: CalendarDate;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly endedAt: Date | null;
}

/** One try to pay one boost: the amount and the version of the account are those of the moment it was frozen. */
export interface PayoutAttempt {
  readonly runId: string;
  readonly boostId: BoostId;
  readonly creatorId: CreatorId;
  /** What the provider knows it by; no two attempts share one. */
  readonly reference: string;
  readonly amountMinor: bigint;
  readonly paymentDetailVersion: number;
  readonly status: AttemptStatus;
  readonly transactionId: string | null;
  readonly settledAt: Date | null;
}
