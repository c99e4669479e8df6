import type { CalendarDate, CreatorId } from '#libs/kernel';
import { trustedSql } from '#libs/persistence';
import type { CreatorFacts, KeptStanding, MadeDecision } from '../domain/rebuild/creator-facts.ts';
import { toStanding, type StandingRow } from './standing-row.ts';

/** A creator's facts as Postgres sends them, beside the columns of its standing, which are null where there is none. */
export interface FactsRow extends StandingRow {
  id: CreatorId;
  lane: number | null;
  onboarded_on: CalendarDate | null;
  told_sequence: string | null;
  told_date: CalendarDate;
  told_program: number;
  told_lifetime: string;
  sales: string;
  adjustments: string;
  booked_adjustments: string;
  first_booked: CalendarDate | null;
  last_booked: CalendarDate | null;
  adjusted_count: string;
  adjusted_value: string;
  adjusted_program: number;
  decisions: string;
  checkpoints: string;
  has_decision: boolean;
  known_lifetime: string;
  known_from_date: string;
  known_in_window: string;
  known_before_date: string;
  reviewed_through: CalendarDate | null;
}

export const CREATOR_FACTS_COLUMNS = trustedSql(`
  told.sync_sequence AS told_sequence, told.business_date::text AS told_date, told.program_version AS told_program,
  told.lifetime AS told_lifetime, coalesce(booked.sales, 0) AS sales, coalesce(booked.adjustments, 0) AS adjustments,
  coalesce(booked.adjustment_count, 0) AS booked_adjustments, booked.first_booked::text AS first_booked,
  booked.booked_through::text AS last_booked, coalesce(adjusted.count, 0) AS adjusted_count,
  coalesce(adjusted.value, 0) AS adjusted_value, coalesce(adjusted.program_version, 0) AS adjusted_program,
  coalesce(made.decisions, 0) AS decisions, coalesce(made.checkpoints, 0) AS checkpoints,
  last.number IS NOT NULL AS has_decision, coalesce(booked.known_lifetime, 0) AS known_lifetime,
  coalesce(booked.known_from_date, 0) AS known_from_date, coalesce(booked.known_in_window, 0) AS known_in_window,
  coalesce(booked.known_before_date, 0) AS known_before_date`);

export function toFacts(row: FactsRow, decisions: readonly MadeDecision[]): CreatorFacts {
  return {
    onboardedOn: row.onboarded_on,
    told: row.told_sequence === null ? null : toTold(row, row.told_sequence),
    ledger: {
      sales: BigInt(row.sales),
      adjustments: BigInt(row.adjustments),
      adjustmentCount: Number(row.booked_adjustments),
      firstBooked: row.first_booked,
      bookedThrough: row.last_booked,
    },
    adjustments: {
      count: Number(row.adjusted_count),
      value: BigInt(row.adjusted_value),
      programVersion: row.adjusted_program,
    },
    decisions,
    decisionCount: Number(row.decisions),
    checkpointCount: Number(row.checkpoints),
    known: row.has_decision ? toKnown(row) : null,
    reviewedThrough: row.reviewed_through,
  };
}

export function toKept(row: FactsRow): KeptStanding | undefined {
  return row.lane === null ? undefined : { standing: toStanding(row), lane: row.lane };
}

function toTold(row: FactsRow, sequence: string): CreatorFacts['told'] {
  return {
    syncSequence: Number(sequence),
    businessDate: row.told_date,
    programVersion: row.told_program,
    lifetime: BigInt(row.told_lifetime),
  };
}

function toKnown(row: FactsRow): CreatorFacts['known'] {
  return {
    lifetime: BigInt(row.known_lifetime),
    fromDate: BigInt(row.known_from_date),
    inWindow: BigInt(row.known_in_window),
    beforeDate: BigInt(row.known_before_date),
  };
}

export interface MadeRow {
  creator_id: CreatorId;
  number: string;
  kind: MadeDecision['kind'];
  decided_for: CalendarDate;
  tier_before: number;
  tier_after: number;
  tier_version: number;
  program_version: number;
  outcome: MadeDecision['outcome'];
  value: string;
  base: string;
  opening: string;
}

export function toMade(row: MadeRow): MadeDecision {
  return {
    number: Number(row.number),
    kind: row.kind,
    decidedFor: row.decided_for,
    tierBefore: row.tier_before,
    tierAfter: row.tier_after,
    tierVersion: row.tier_version,
    programVersion: row.program_version,
    outcome: row.outcome,
    value: BigInt(row.value),
    base: BigInt(row.base),
    opening: BigInt(row.opening),
  };
}
