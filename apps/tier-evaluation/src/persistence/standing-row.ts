import type { CalendarDate, CreatorId } from '#libs/kernel';
import { trustedSql } from '#libs/persistence';
import type { Standing } from '../domain/standing/standing.ts';

/** A row of `standing` as Postgres sends it. */
export interface StandingRow {
  creator_id: CreatorId;
  tier: number;
  tier_version: number;
  reached_on: CalendarDate | null;
  window_start: CalendarDate | null;
  due_date: CalendarDate | null;
  anchor: CalendarDate | null;
  window_number: number;
  window_months: number;
  opening: string;
  base: string;
  lifetime: string;
  booked_through: CalendarDate | null;
  sync_sequence: string;
  program_version: number;
  checkpoint_count: string;
  adjustment_count: string;
  decision_count: string;
}

export const STANDING_COLUMNS = trustedSql(`
  s.creator_id, s.tier, s.tier_version, s.reached_on::text AS reached_on, s.window_start::text AS window_start,
  s.due_date::text AS due_date, s.anchor::text AS anchor, s.window_number, s.window_months, s.opening, s.base, s.lifetime,
  s.booked_through::text AS booked_through, s.sync_sequence, s.program_version, s.checkpoint_count, s.adjustment_count,
  s.decision_count`);

export function toStanding(row: StandingRow): Standing {
  const { window_start: start, anchor } = row;
  const reviewed = { due: row.due_date, number: row.window_number, months: row.window_months };
  return {
    tier: row.tier,
    tierVersion: row.tier_version,
    reachedOn: row.reached_on,
    window: start === null || anchor === null ? null : { start, anchor, ...reviewed },
    opening: BigInt(row.opening),
    base: BigInt(row.base),
    lifetime: BigInt(row.lifetime),
    bookedThrough: row.booked_through,
    syncSequence: Number(row.sync_sequence),
    programVersion: row.program_version,
    checkpointCount: Number(row.checkpoint_count),
    adjustmentCount: Number(row.adjustment_count),
    decisionCount: Number(row.decision_count),
  };
}
