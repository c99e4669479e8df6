import { tierChangeReason } from './open-redemption.ts';

export interface TierStep {
  readonly tierBefore: number;
  readonly tierAfter: number;
  readonly tierVersion: number;
}

/** What a run of tier changes amounts to: the last tier counts, and the reason given to rows of the tier that was left. */
export interface TierMove {
  readonly tier: number;
  readonly tierVersion: number;
  /** For rows of the tier held before. */
  readonly reason: string;
}

/**
 * Sums up the steps that a creator's known version has not seen yet, oldest first; undefined when all are stale.
 * 3 to 2 to 3 to 4 leaves tier 3 by its last step away from it, exactly as if each step had been applied by itself.
 */
export function sumUpSteps(
  steps: readonly TierStep[],
  known: { tier: number; tierVersion: number },
): TierMove | undefined {
  const fresh = steps.filter((step) => step.tierVersion > known.tierVersion);
  const last = fresh.at(-1);
  if (last === undefined) return undefined;
  const departure = fresh.findLast((step) => step.tierBefore === known.tier) ?? last;
  const reason = tierChangeReason(known.tier, departure.tierAfter);
  return { tier: last.tierAfter, tierVersion: last.tierVersion, reason };
}
