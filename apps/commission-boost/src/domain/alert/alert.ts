import type { BoostId, CreatorId } from '#libs/kernel';

/** What a person is told of. The database takes these and no others. */
export const ALERT_KINDS = [
  'negative_delta',
  'unusual_sales',
  'tiny_payout',
  'corrected_after_reading',
  'account_changed_before_payment',
  'account_shared',
  'late_payment_success',
  'payment_came_back',
  'seal_broken',
  'claim_waits_for_slot',
] as const;

export type AlertKind = (typeof ALERT_KINDS)[number];

export interface NewAlert {
  readonly kind: AlertKind;
  readonly creatorId: CreatorId;
  readonly boostId: BoostId | null;
  /** What is told once per client and kind: the boost's id, or what else makes it another case. */
  readonly subject: string;
  /** Ids, dates, amounts in minor units as text; never anything of a person. */
  readonly facts: Readonly<Record<string, string | number>>;
}

export interface Alert extends NewAlert {
  readonly id: string;
  readonly raisedAt: Date;
}
