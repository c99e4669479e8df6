import type { MetricValue, TierNumber } from '../ladder/ladder.ts';
import type { Program } from '../program/program.ts';
import { promotionValue, type Standing } from './standing.ts';

export interface Outlook {
  /** P. */
  readonly promotionValue: MetricValue;
  /** V so far; null where nothing is reviewed. */
  readonly checkpointValue: MetricValue | null;
  readonly nextTier: {
    readonly tier: TierNumber;
    readonly threshold: MetricValue;
    readonly missing: MetricValue;
  } | null;
  /** What keeps the present tier at the checkpoint. */
  readonly keep: { readonly threshold: MetricValue; readonly missing: MetricValue } | null;
  /** The tier after the checkpoint if nothing more came. */
  readonly projectedTier: TierNumber;
}

/** How far a creator is from the next tier up and from losing this one. `booked`: entries dated in the open window. */
export function outlookOf(standing: Standing, booked: MetricValue, program: Program): Outlook {
  const { ladder } = program;
  const reviewed = standing.window !== null && standing.window.due !== null;
  const checkpointValue = reviewed ? booked - standing.opening : null;
  const next = standing.tier < ladder.highest ? standing.tier + 1 : null;
  return {
    promotionValue: promotionValue(standing),
    checkpointValue,
    nextTier: next === null ? null : { tier: next, ...gap(ladder.thresholdOf(next), promotionValue(standing)) },
    keep: checkpointValue === null ? null : gap(ladder.thresholdOf(standing.tier), checkpointValue),
    projectedTier: checkpointValue === null ? standing.tier : ladder.highestReachedBy(checkpointValue),
  };
}

function gap(threshold: MetricValue, value: MetricValue): { threshold: MetricValue; missing: MetricValue } {
  return { threshold, missing: threshold > value ? threshold - value : 0n };
}
