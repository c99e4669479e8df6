import type { Ladder, MetricValue, TierNumber } from '../ladder/ladder.ts';

export const OUTCOMES = ['demoted', 'maintained', 'promoted'] as const;

/** What a review brings, and what an open window's review would bring if nothing more came. */
export type Outcome = (typeof OUTCOMES)[number];

export interface Projection {
  /** What keeps the present tier. */
  readonly threshold: MetricValue;
  /** 0 where V has reached it. */
  readonly missing: MetricValue;
  readonly projectedTier: TierNumber;
  readonly projected: Outcome;
}

/** How the review of an open window would come out with V as it stands. */
export function projectReview(tier: TierNumber, value: MetricValue, ladder: Ladder): Projection {
  const threshold = ladder.thresholdOf(tier);
  const projectedTier = ladder.highestReachedBy(value);
  return {
    threshold,
    missing: threshold > value ? threshold - value : 0n,
    projectedTier,
    projected: projectedTier < tier ? 'demoted' : projectedTier > tier ? 'promoted' : 'maintained',
  };
}
