import type { CalendarDate } from '#libs/kernel';
import type { DaySums } from '../ledger/day-sums.ts';
import type { Program } from '../program/program.ts';
import type { PromotionCause, PromotionDecision } from '../standing/decision.ts';
import { promotionValue, type Standing } from '../standing/standing.ts';
import { openWindow } from '../window/window.ts';

/**
 * Lifts a creator straight to the highest tier whose threshold is not above P, if that is above the present one;
 * undefined when it is not. The sales that caused a promotion are its opening: they are not also the first credit of
 * the new window; what comes later that same day is.
 */
export function promote(
  standing: Standing,
  promotion: { readonly date: CalendarDate; readonly cause: PromotionCause },
  entries: DaySums,
  program: Program,
): { readonly decision: PromotionDecision; readonly standing: Standing } | undefined {
  const value = promotionValue(standing);
  const tierAfter = program.ladder.highestReachedBy(value);
  if (tierAfter <= standing.tier) return undefined;
  const after: Standing = {
    ...standing,
    tier: tierAfter,
    tierVersion: standing.tierVersion + 1,
    reachedOn: promotion.date,
    window: openWindow(promotion.date, tierAfter, program),
    opening: entries.between(promotion.date, null).value,
    decisionCount: standing.decisionCount + 1,
  };
  const decision: PromotionDecision = {
    kind: 'promotion',
    number: after.decisionCount,
    decidedFor: promotion.date,
    windowStart: standing.window?.start ?? null,
    dueDate: standing.window?.due ?? null,
    value,
    threshold: program.ladder.thresholdOf(tierAfter),
    tierBefore: standing.tier,
    tierAfter,
    outcome: 'promoted',
    tierVersion: after.tierVersion,
    programVersion: program.version,
    adjustmentsCounted: standing.adjustmentCount,
    base: standing.base,
    opening: after.opening,
    syncSequence: standing.syncSequence,
    adjustmentNumber: standing.adjustmentCount,
    cause: promotion.cause,
  };
  return { decision, standing: after };
}
