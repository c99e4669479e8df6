import type { RedemptionStatus } from './redemption-state.ts';

export const BOOST_STATUSES = ['scheduled', 'active', 'expired', 'pending_info', 'pending_payout', 'paid'] as const;
export type BoostStatus = (typeof BOOST_STATUSES)[number];

/** What a boost's status means to its redemption, whichever statuses between were never heard of. */
export interface BoostEffect {
  /** From `expired` on the creator may claim another boost. */
  readonly freesSlot: boolean;
  /** The states the redemption must have passed, in order; those it has are not repeated. */
  readonly steps: readonly RedemptionStatus[];
}

export function boostEffect(status: BoostStatus): BoostEffect {
  const rank = BOOST_STATUSES.indexOf(status);
  const steps: RedemptionStatus[] = [];
  if (rank >= BOOST_STATUSES.indexOf('pending_payout')) steps.push('fulfilled');
  if (rank >= BOOST_STATUSES.indexOf('paid')) steps.push('concluded');
  return { freesSlot: rank >= BOOST_STATUSES.indexOf('expired'), steps };
}
