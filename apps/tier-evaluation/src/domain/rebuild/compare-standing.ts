import type { CalendarDate } from '#libs/kernel';
import { later } from '../order/progress.ts';
import type { Standing } from '../standing/standing.ts';
import type { Window } from '../window/window.ts';
import type { CreatorFacts, KeptStanding } from './creator-facts.ts';

/** Of a standing that is not what follows from the facts. A rebuild mends these. */
export const STANDING_KINDS = [
  'standing_missing', 'lane', 'lifetime', 'booked_through', 'sync_sequence', 'program_version', 'adjustment_count',
  'tier', 'tier_version', 'reached_on', 'window', 'opening', 'base', 'checkpoint_count', 'decision_count',
] as const; // prettier-ignore

/** Of facts that do not agree among themselves. No rebuild mends these. */
export const FACT_KINDS = ['ingested_total', 'adjustment_entries', 'decision_figures'] as const;

export type StandingKind = (typeof STANDING_KINDS)[number];
export type FactKind = (typeof FACT_KINDS)[number];

export interface Mismatch<Kind = StandingKind | FactKind> {
  readonly kind: Kind;
  readonly expected: string;
  readonly found: string;
}

/** How far a client has come: nobody of it can have seen a later date or a later program. */
export interface ClientReach {
  readonly date: CalendarDate | null;
  readonly programVersion: number;
}

/** Holds a kept standing against what was derived for it. */
export function compareStanding(
  derived: Standing,
  kept: KeptStanding,
  expectedLane: number,
  reach: ClientReach,
): Mismatch<StandingKind>[] {
  const { standing } = kept;
  const latest = later(reach.date, derived.bookedThrough);
  const mismatches: (Mismatch<StandingKind> | false)[] = [
    differ('lane', expectedLane, kept.lane),
    differ('lifetime', derived.lifetime, standing.lifetime),
    !isBetween(standing.bookedThrough, derived.bookedThrough, latest) &&
      differ('booked_through', derived.bookedThrough, standing.bookedThrough),
    differ('sync_sequence', derived.syncSequence, standing.syncSequence),
    (standing.programVersion < derived.programVersion || standing.programVersion > reach.programVersion) &&
      differ('program_version', derived.programVersion, standing.programVersion),
    differ('adjustment_count', derived.adjustmentCount, standing.adjustmentCount),
    differ('tier', derived.tier, standing.tier),
    differ('tier_version', derived.tierVersion, standing.tierVersion),
    differ('reached_on', derived.reachedOn, standing.reachedOn),
    differ('window', describeWindow(derived.window), describeWindow(standing.window)),
    differ('opening', derived.opening, standing.opening),
    differ('base', derived.base, standing.base),
    differ('checkpoint_count', derived.checkpointCount, standing.checkpointCount),
    differ('decision_count', derived.decisionCount, standing.decisionCount),
  ];
  return mismatches.filter((mismatch) => mismatch !== false);
}

/** What a rebuild writes: of the two figures that are known from below only, it keeps what may be right. */
export function mendedStanding(derived: Standing, kept: Standing, reach: ClientReach): Standing {
  const latest = later(reach.date, derived.bookedThrough);
  const keepsDate = isBetween(kept.bookedThrough, derived.bookedThrough, latest);
  const keepsVersion = kept.programVersion >= derived.programVersion && kept.programVersion <= reach.programVersion;
  return {
    ...derived,
    bookedThrough: keepsDate ? kept.bookedThrough : derived.bookedThrough,
    programVersion: keepsVersion ? kept.programVersion : derived.programVersion,
  };
}

/** Holds what was booked against what was told, recorded and decided. */
export function compareFacts(facts: CreatorFacts): Mismatch<FactKind>[] {
  const { told, ledger, adjustments } = facts;
  const recorded = `${adjustments.count} adding up to ${adjustments.value}`;
  const booked = `${ledger.adjustmentCount} adding up to ${ledger.adjustments}`;
  const mismatches: (Mismatch<FactKind> | false)[] = [
    differ('ingested_total', told?.lifetime ?? 0n, ledger.sales),
    differ('adjustment_entries', recorded, booked),
    ...compareDecision(facts),
  ];
  return mismatches.filter((mismatch) => mismatch !== false);
}

/** The figures of the latest decision, calculated again from the ledger as the decision knew it. */
function compareDecision({ decisions, known }: CreatorFacts): (Mismatch<FactKind> | false)[] {
  const decision = decisions.at(-1);
  if (decision === undefined || known === null) return [];
  const { kind, value, opening, base, outcome } = decision;
  if (kind === 'promotion') {
    const expected = `value ${known.lifetime - base}, opening ${known.fromDate}`;
    return [differ('decision_figures', expected, `value ${value}, opening ${opening}`)];
  }
  const expectedBase = outcome === 'demoted' ? known.beforeDate - value : base;
  const expected = `value ${known.inWindow - opening}, base ${expectedBase}`;
  return [differ('decision_figures', expected, `value ${value}, base ${base}`)];
}

type Figure = bigint | number | string | null;

function differ<Kind>(kind: Kind, expected: Figure, found: Figure): Mismatch<Kind> | false {
  return expected !== found && { kind, expected: String(expected ?? 'none'), found: String(found ?? 'none') };
}

function isBetween(date: CalendarDate | null, from: CalendarDate | null, to: CalendarDate | null): boolean {
  if (date === null) return from === null;
  return (from === null || date >= from) && to !== null && date <= to;
}

function describeWindow(window: Window | null): string | null {
  if (window === null) return null;
  const { start, due, anchor, number, months } = window;
  return `${start} to ${due ?? 'no date'}, the ${number}. of ${months} months from ${anchor}`;
}
