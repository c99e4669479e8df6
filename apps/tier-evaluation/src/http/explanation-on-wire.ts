import type { DayFigures, Figures } from '../domain/explain/explain.ts';
import type { RetracedDecision } from '../domain/explain/retrace.ts';
import { formatMetric } from '../domain/program/metric-format.ts';
import type { Program } from '../domain/program/program.ts';
import type { ExplainedTier } from '../use-cases/explain-tier.ts';
import { decisionOnWire } from './decision-on-wire.ts';

export function explanationOnWire(explained: ExplainedTier) {
  const { view, program, standing, outlook, lastReview } = explained;
  const wire = (value: bigint) => formatMetric(value, program);
  const { window } = standing;
  const { nextTier, keep, checkpointValue } = outlook;
  const { version, metric, mode, currency, checkpointMonths, attribution } = program;
  return {
    asOf: view.asOf,
    program: { version, metric, mode, currency, checkpointMonths, attribution },
    tier: standing.tier,
    tierName: program.tiers[standing.tier - 1]?.name ?? null,
    tierVersion: standing.tierVersion,
    reachedOn: standing.reachedOn,
    onboardedOn: explained.onboardedOn,
    window: window && { start: window.start, due: window.due, anchor: window.anchor, number: window.number },
    promotion: {
      lifetime: wire(standing.lifetime),
      base: wire(standing.base),
      value: wire(outlook.promotionValue),
      next: nextTier && { tier: nextTier.tier, threshold: wire(nextTier.threshold), missing: wire(nextTier.missing) },
    },
    checkpoint: {
      value: checkpointValue === null ? null : wire(checkpointValue),
      opening: wire(standing.opening),
      keep: keep && { threshold: wire(keep.threshold), missing: wire(keep.missing) },
      projectedTier: outlook.projectedTier,
    },
    before: figuresOnWire(explained.before, program),
    days: explained.days.map((day) => dayOnWire(day, program)),
    lastReview: lastReview && {
      ...retracedOnWire(lastReview.decision),
      days: lastReview.days.map((day) => dayOnWire(day, program)),
    },
    decisions: explained.decisions.map(retracedOnWire),
    sentences: explained.sentences,
  };
}

/** A decision as its row has it, and what the rules make of the ledger that it was made on. */
function retracedOnWire({ told, recomputed, agrees, program }: RetracedDecision) {
  const wire = (value: bigint) => formatMetric(value, program);
  const nameOf = (tier: number) => program.tiers[tier - 1]?.name ?? null;
  return {
    ...decisionOnWire(told, program),
    tierNameBefore: nameOf(told.tierBefore),
    tierNameAfter: nameOf(told.tierAfter),
    recomputed: recomputed && {
      value: wire(recomputed.value),
      threshold: wire(recomputed.threshold),
      tierAfter: recomputed.tierAfter,
      outcome: recomputed.outcome,
      base: wire(recomputed.base),
      opening: wire(recomputed.opening),
    },
    agrees,
  };
}

function dayOnWire(day: DayFigures, program: Program) {
  return { date: day.date, ...figuresOnWire(day, program) };
}

function figuresOnWire({ sales, adjustments }: Figures, program: Program) {
  return { sales: formatMetric(sales, program), adjustments: formatMetric(adjustments, program) };
}
