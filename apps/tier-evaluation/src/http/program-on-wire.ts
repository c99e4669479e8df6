import type { TierNumber } from '../domain/ladder/ladder.ts';
import { listChanges, type TermsChange } from '../domain/program/list-changes.ts';
import { formatMetric } from '../domain/program/metric-format.ts';
import type { ProgramPlan, WindowOutlook } from '../domain/program/program-plan.ts';
import type { Program, Tier } from '../domain/program/program.ts';

export function programOnWire(program: Program) {
  const { version, currency, timezone, metric, mode, checkpointMonths, attribution, clearingDays } = program;
  const tiers = program.tiers.map((tier, index) => ({ tier: index + 1, ...tierOnWire(tier, program) }));
  return { version, currency, timezone, metric, mode, checkpointMonths, attribution, clearingDays, tiers };
}

/** What a publication would do now. Nothing of it has happened. */
export function planOnWire({ before, program, promotions, windows, windowsByTier, setAside }: ProgramPlan) {
  return {
    dryRun: true,
    program: programOnWire(program),
    changes: before === undefined ? [] : listChanges(before, program).map((change) => changeOnWire(change, program)),
    promotions: {
      total: promotions.reduce((sum, { creators }) => sum + creators, 0),
      byTier: promotions,
    },
    windows: {
      ...outlookOnWire(windows),
      byTier: windowsByTier.map(({ tier, currentByTier, nextByTier, ...outlook }) => ({
        tier,
        open: outlook.open,
        worse: outlook.worse,
        better: outlook.better,
        under: {
          current: { ...outlook.current, byTier: countsOnWire(currentByTier) },
          next: { ...outlook.next, byTier: countsOnWire(nextByTier) },
        },
      })),
    },
    setAside,
  };
}

function outlookOnWire({ open, worse, better, current, next }: WindowOutlook) {
  return { open, worse, better, under: { current, next } };
}

function countsOnWire(counts: ReadonlyMap<TierNumber, number>) {
  return [...counts].map(([tier, creators]) => ({ tier, creators }));
}

function changeOnWire(change: TermsChange, program: Program) {
  const { pointer, before, after } = change;
  if (change.field === 'tier') {
    const wire = (tier: Tier | null) => tier && tierOnWire(tier, program);
    return { pointer, before: wire(change.before), after: wire(change.after) };
  }
  if (change.field !== 'threshold') return { pointer, before, after };
  return { pointer, before: formatMetric(before as bigint, program), after: formatMetric(after as bigint, program) };
}

function tierOnWire({ name, color, threshold, commissionRateBps }: Tier, program: Program) {
  return { name, color, threshold: formatMetric(threshold, program), commissionRateBps };
}
