import type { CalendarDate, CreatorId } from '#libs/kernel';
import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { ENTRY_TIER, type MetricValue, type TierNumber } from '../domain/ladder/ladder.ts';
import type { Program, ProgramTerms } from '../domain/program/program.ts';
import type { PlannedPromotion, ProjectedWindows, Projections } from '../domain/program/program-plan.ts';
import { SALES_CONSUMER } from './standing.repository.ts';

/** A creator's open window that has a review, with V so far. */
export interface OpenWindow {
  readonly creatorId: CreatorId;
  readonly tier: TierNumber;
  readonly windowStart: CalendarDate;
  readonly dueDate: CalendarDate;
  readonly value: MetricValue;
}

/** A place in the order of due dates. */
export interface DuePosition {
  readonly dueDate: string;
  readonly creatorId: string;
}

export interface OpenWindowFilter {
  readonly dueBefore: CalendarDate | undefined;
  readonly tiers: readonly TierNumber[];
}

interface Bounds {
  readonly first: CalendarDate;
  readonly last: CalendarDate;
}

interface WindowRow {
  creator_id: CreatorId;
  tier: number;
  window_start: CalendarDate;
  due_date: CalendarDate;
  opening: string;
  booked_through: CalendarDate;
}

const BEFORE_ALL: DuePosition = { dueDate: '-infinity', creatorId: '00000000-0000-0000-0000-000000000000' };

/**
 * What the open windows of many creators come to, summed from the day ledger. Standings and ledger are read by different
 * statements, so callers read in a snapshot.
 */
@Injectable()
export class OpenWindowRepository {
  /** Who a new version would promote at once, and what every open window projects to under both; parked creators aside. */
  async project(tx: TenantTransaction, before: Program, after: ProgramTerms): Promise<Projections> {
    const bounds = await tx.one<{ first: CalendarDate | null; last: CalendarDate | null }>(sql`
      SELECT min(window_start)::text AS first, max(booked_through)::text AS last
      FROM tier_evaluation.standing WHERE client_id = ${tx.clientId} AND due_date IS NOT NULL`);
    const { first, last } = bounds;
    const parked = await tx.one<{ keys: number }>(sql`
      SELECT count(*)::int AS keys FROM tier_evaluation.parked_key
      WHERE consumer = ${SALES_CONSUMER} AND client_id = ${tx.clientId}`);
    return {
      promotions: await this.#promotions(tx, after),
      windows: first === null || last === null ? [] : await this.#windows(tx, { before, after }, { first, last }),
      setAside: parked.keys,
    };
  }

  /** Open windows after a place in the order of (due date, creator), with V. Each tier is one range of the index. */
  async list(
    tx: TenantTransaction,
    filter: OpenWindowFilter,
    after: DuePosition | undefined,
    limit: number,
  ): Promise<OpenWindow[]> {
    const { dueDate, creatorId } = after ?? BEFORE_ALL;
    const rows = await tx.many<WindowRow>(sql`
      SELECT w.creator_id, w.tier, w.window_start::text AS window_start, w.due_date::text AS due_date, w.opening,
             w.booked_through::text AS booked_through
      FROM unnest(${filter.tiers}::smallint[]) AS ranges (tier)
      CROSS JOIN LATERAL (
        SELECT s.creator_id, s.tier, s.window_start, s.due_date, s.opening, s.booked_through FROM tier_evaluation.standing s
        WHERE s.client_id = ${tx.clientId} AND s.tier = ranges.tier AND s.due_date IS NOT NULL
          AND s.due_date < ${filter.dueBefore ?? 'infinity'}::date
          AND (s.due_date, s.creator_id) > (${dueDate}::date, ${creatorId}::uuid)
        ORDER BY s.due_date, s.creator_id LIMIT ${limit}
      ) w
      ORDER BY w.due_date, w.creator_id LIMIT ${limit}`);
    const booked = await this.#booked(tx, rows);
    return rows.map((row) => ({
      creatorId: row.creator_id,
      tier: row.tier,
      windowStart: row.window_start,
      dueDate: row.due_date,
      value: (booked.get(row.creator_id) ?? 0n) - BigInt(row.opening),
    }));
  }

  /** Nothing is dated after the date it was booked on: months before the first window are never opened. */
  async #booked(tx: TenantTransaction, rows: readonly WindowRow[]): Promise<Map<CreatorId, bigint>> {
    const starts = rows.map((row) => row.window_start).sort();
    const seen = rows.map((row) => row.booked_through).sort();
    const [first] = starts;
    if (first === undefined) return new Map();
    const sums = await tx.many<{ creator_id: CreatorId; booked: string }>(sql`
      SELECT e.creator_id, sum(e.value)::bigint AS booked
      FROM unnest(${rows.map((row) => row.creator_id)}::uuid[], ${rows.map((row) => row.window_start)}::date[],
                  ${rows.map((row) => row.due_date)}::date[]) AS w (creator_id, start, due)
      JOIN tier_evaluation.day_entry e
        ON e.creator_id = w.creator_id AND e.booked_on >= w.start AND e.effective_on >= w.start AND e.effective_on < w.due
      WHERE e.client_id = ${tx.clientId} AND e.booked_on BETWEEN ${first}::date AND ${seen.at(-1)}::date
      GROUP BY e.creator_id`);
    return new Map(sums.map((sum) => [sum.creator_id, BigInt(sum.booked)]));
  }

  #promotions(tx: TenantTransaction, after: ProgramTerms): Promise<PlannedPromotion[]> {
    return tx.many(sql`
      SELECT s.tier AS "from", width_bucket(s.lifetime - s.base, ${thresholds(after)}::bigint[]) AS "to",
             count(*)::int AS creators
      FROM tier_evaluation.standing s
      WHERE s.client_id = ${tx.clientId} AND ${liftedBy(after)} AND ${notParked(tx)}
      GROUP BY 1, 2`);
  }

  /**
   * One pass over the ledger of the windows' months; only counts come out. Memory for one hash of all creators: sorting
   * the entries on disk instead is what else it would do.
   */
  async #windows(
    tx: TenantTransaction,
    { before, after }: { before: Program; after: ProgramTerms },
    { first, last }: Bounds,
  ): Promise<ProjectedWindows[]> {
    await tx.execute(sql`SELECT set_config('work_mem', '96MB', true)`);
    return tx.many(sql`
      WITH valued AS (
        SELECT s.tier, ${liftedBy(after)} AS replaced, coalesce(sum(e.value), 0)::bigint - s.opening AS value
        FROM tier_evaluation.standing s
        LEFT JOIN tier_evaluation.day_entry e
          ON e.client_id = ${tx.clientId} AND e.creator_id = s.creator_id
          AND e.booked_on BETWEEN ${first}::date AND ${last}::date
          AND e.effective_on >= s.window_start AND e.effective_on < s.due_date
        WHERE s.client_id = ${tx.clientId} AND s.due_date IS NOT NULL AND ${notParked(tx)}
        GROUP BY s.client_id, s.creator_id
      )
      SELECT tier, greatest(width_bucket(value, ${thresholds(before)}::bigint[]), ${ENTRY_TIER}::int) AS current,
             CASE WHEN NOT replaced
               THEN greatest(width_bucket(value, ${thresholds(after)}::bigint[]), ${ENTRY_TIER}::int) END AS next,
             count(*)::int AS creators
      FROM valued GROUP BY 1, 2, 3`);
  }
}

function thresholds(program: ProgramTerms): readonly string[] {
  return program.tiers.map((tier) => tier.threshold.toString());
}

/** P reaches the tier above the present one; of the highest there is none. */
function liftedBy(program: ProgramTerms): Statement {
  return sql`coalesce(s.lifetime - s.base >= (${thresholds(program)}::bigint[])[s.tier + 1], false)`;
}

function notParked(tx: TenantTransaction): Statement {
  return sql`NOT EXISTS (
    SELECT 1 FROM tier_evaluation.parked_key p
    WHERE p.consumer = ${SALES_CONSUMER} AND p.client_id = ${tx.clientId} AND p.aggregate_id = s.creator_id::text)`;
}
