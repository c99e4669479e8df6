import type { CalendarDate } from '#libs/kernel';
import { boostEffect, type BoostStatus } from './boost-steps.ts';
import type { RedemptionStatus } from './redemption-state.ts';

/** What redemption says of a claimed commission boost, and the last that its boost has told of itself. */
export interface BoostClaim {
  /** Null: a boost tells of a redemption that is not there. */
  readonly status: RedemptionStatus | null;
  readonly holdsSlot: boolean;
  readonly scheduledDate: CalendarDate | null;
  /** Null: it has told nothing. */
  readonly boost: BoostStatus | null;
}

export const BOOST_STATE_KINDS = ['boost_unheard_of', 'boost_state', 'boost_slot'] as const;

export interface BoostStateMismatch {
  readonly kind: (typeof BOOST_STATE_KINDS)[number];
  readonly expected: string;
  readonly found: string;
}

/**
 * @param programmeDate the client's today. A sync that has moved it is through in commission-boost, so every boost that it
 *   has reached has made a step and told of it.
 */
export function compareBoostState(claim: BoostClaim, programmeDate: CalendarDate | null): BoostStateMismatch[] {
  const { status, holdsSlot, scheduledDate, boost } = claim;
  if (boost === null) {
    const isDue = scheduledDate !== null && programmeDate !== null && scheduledDate <= programmeDate;
    return isDue ? [{ kind: 'boost_unheard_of', expected: `a boost since ${scheduledDate}`, found: 'none' }] : [];
  }
  const { freesSlot, steps } = boostEffect(boost);
  const expected = steps.at(-1) ?? 'claimed';
  const mismatches: BoostStateMismatch[] = [];
  if (status !== expected)
    mismatches.push({
      kind: 'boost_state',
      expected: `${expected}, as the boost is ${boost}`,
      found: status ?? 'none',
    });
  if (holdsSlot === freesSlot)
    mismatches.push({
      kind: 'boost_slot',
      expected: `the creator’s slot ${freesSlot ? 'free' : 'taken'}, as the boost is ${boost}`,
      found: freesSlot ? 'taken' : 'free',
    });
  return mismatches;
}
