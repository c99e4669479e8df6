import type { CalendarDate } from '#libs/kernel';
import type { DaySums } from '../ledger/day-sums.ts';
import type { Program } from '../program/program.ts';
import type { CheckpointDecision } from '../standing/decision.ts';
import type { Standing } from '../standing/standing.ts';
import { followingWindow, openWindow, type Window } from '../window/window.ts';

export type ReviewedWindow = Window & { readonly due: CalendarDate };

/** The creator's window, if it is one that has a review and that review is due by the date. */
export function windowDueBy(standing: Standing, date: CalendarDate): ReviewedWindow | undefined {
  const { window } = standing;
  return window !== null && window.due !== null && window.due <= date ? (window as ReviewedWindow) : undefined;
}

/**
 * The review of one window. V = entries dated in [start, due), adjustments included, less the opening; it may be
 * negative. The next window starts at the due date whatever the outcome and however late the review, with opening 0.
 */
export function evaluateCheckpoint(
  standing: Standing,
  window: ReviewedWindow,
  entries: DaySums,
  program: Program,
): { readonly decision: CheckpointDecision; readonly standing: Standing } {
  const { ladder } = program;
  const inWindow = entries.between(window.start, window.due);
  const value = inWindow.value - standing.opening;
  const tierAfter = ladder.highestReachedBy(value);
  const outcome = tierAfter < standing.tier ? 'demoted' : tierAfter > standing.tier ? 'promoted' : 'maintained';
  const changed = outcome !== 'maintained';
  const bookedBeforeDue = standing.lifetime - entries.between(window.due, null).value;
  const after: Standing = {
    ...standing,
    tier: tierAfter,
    tierVersion: standing.tierVersion + (changed ? 1 : 0),
    reachedOn: changed ? window.due : standing.reachedOn,
    window: changed ? openWindow(window.due, tierAfter, program) : followingWindow(window, program.checkpointMonths),
    opening: 0n,
    // P must equal V plus what came since the due date, or the next sale would undo the demotion.
    base: outcome === 'demoted' ? bookedBeforeDue - value : standing.base,
    checkpointCount: standing.checkpointCount + 1,
    decisionCount: standing.decisionCount + 1,
  };
  const decision: CheckpointDecision = {
    kind: 'checkpoint',
    number: after.decisionCount,
    checkpointNumber: after.checkpointCount,
    decidedFor: window.due,
    windowStart: window.start,
    dueDate: window.due,
    value,
    threshold: ladder.thresholdOf(standing.tier),
    tierBefore: standing.tier,
    tierAfter,
    outcome,
    tierVersion: after.tierVersion,
    programVersion: program.version,
    adjustmentsCounted: inWindow.adjustments,
    base: after.base,
    opening: standing.opening,
    syncSequence: standing.syncSequence,
    adjustmentNumber: standing.adjustmentCount,
  };
  return { decision, standing: after };
}
