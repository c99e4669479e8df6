import { CheckpointEvaluatedV1, TierChangedV1 } from '#libs/contracts';
import type { CalendarDate } from '#libs/kernel';
import { asNumber, inQuotes, jsonOf, Outbox, selectedEvents, type SelectedEvents } from '#libs/messaging';
import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Program } from '../domain/program/program.ts';
import { notParked } from './standing.repository.ts';

export interface DueWindows {
  /** The caller holds its lock: nobody else writes a creator of it. */
  readonly lane: number;
  readonly by: CalendarDate;
  readonly limit: number;
}

export interface ReviewedWindows {
  /** Creators that were looked at; as many as the limit if there may be more. */
  readonly found: number;
  readonly reviewed: number;
}

/**
 * Reviews a lane's due windows where they lie: no row of them comes to this process. `evaluateCheckpoint` is the rule and
 * `handleWatermark` the order; this is both, written over a set, for creators of whom nothing but one window is due:
 * no second one, and no promotion before it (under a program version not yet applied) or after. Others are left due.
 */
@Injectable()
export class DueWindowRepository {
  readonly #outbox: Outbox;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  async review(tx: TenantTransaction, program: Program, windows: DueWindows): Promise<ReviewedWindows> {
    const ladder = sql`${program.tiers.map((tier) => tier.threshold)}::bigint[]`;
    const row = await tx.one<{ found: string; reviewed: string }>(sql`
      WITH due AS MATERIALIZED (${dueWindows(tx, program, windows, ladder)}),
      valued AS (${valuesOf(tx)}),
      ranked AS (SELECT v.*, greatest(1, width_bucket(v.value, ${ladder})) AS tier_after FROM valued v),
      judged AS (
        SELECT r.*, CASE WHEN tier_after < tier THEN lifetime - value ELSE base END AS base_after,
               tier_after <> tier AS changed, tier_after = tier AND window_months = ${program.checkpointMonths} AS keeps_anchor
        FROM ranked r
      ),
      reviewed AS (${movedOn(tx, program, windows, ladder)}),
      decided AS (${decisions(tx, program, ladder)}),
      told AS (${this.#outbox.insertion(tx, windows.lane, events(program, ladder))})
      SELECT (SELECT count(*) FROM due) AS found, (SELECT count(*) FROM reviewed) AS reviewed`);
    return { found: Number(row.found), reviewed: Number(row.reviewed) };
  }
}

/**
 * The earliest due, of whom no second window is due: the next is anchored to this one's end or to its anchor. Nothing is
 * booked on the due date or after it (what is booked there reviews the window first), so all entries from the window's
 * start on are the window's.
 */
function dueWindows(
  tx: TenantTransaction,
  program: Program,
  { lane, by, limit }: DueWindows,
  ladder: Statement,
): Statement {
  const months = program.checkpointMonths;
  return sql`
    SELECT s.* FROM tier_evaluation.standing s
    WHERE s.client_id = ${tx.clientId} AND s.lane = ${lane} AND s.due_date <= ${by}::date
      AND s.booked_through < s.due_date AND width_bucket(s.lifetime - s.base, ${ladder}) <= s.tier
      AND least(s.due_date + make_interval(months => ${months}),
                s.anchor + make_interval(months => (s.window_number + 1) * ${months})) > ${by}::date
      AND ${notParked(tx)}
    ORDER BY s.due_date LIMIT ${limit}`;
}

/** Nothing is dated after the date it was booked on, so a creator's months outside its window are never opened. */
function valuesOf(tx: TenantTransaction): Statement {
  return sql`
    SELECT d.*, e.booked - d.opening AS value, e.adjustments
    FROM due d CROSS JOIN LATERAL (
      SELECT coalesce(sum(e.value), 0)::bigint AS booked, count(*) FILTER (WHERE e.adjustment_number > 0) AS adjustments
      FROM tier_evaluation.day_entry e
      WHERE e.client_id = ${tx.clientId} AND e.creator_id = d.creator_id AND e.effective_on >= d.window_start
        AND e.booked_on BETWEEN d.window_start AND d.booked_through
    ) e`;
}

/** Each creator's next window. Whom a promotion would follow keeps the old one, and the rules decide both. */
function movedOn(tx: TenantTransaction, program: Program, { by }: DueWindows, ladder: Statement): Statement {
  const months = program.checkpointMonths;
  return sql`
    UPDATE tier_evaluation.standing s SET
      tier = j.tier_after, tier_version = j.tier_version + j.changed::int,
      reached_on = CASE WHEN j.changed THEN j.due_date ELSE j.reached_on END,
      window_start = j.due_date,
      due_date = CASE WHEN j.tier_after = 1 THEN NULL
                      WHEN j.keeps_anchor THEN j.anchor + make_interval(months => (j.window_number + 1) * ${months})
                      ELSE j.due_date + make_interval(months => ${months}) END,
      anchor = CASE WHEN j.keeps_anchor THEN j.anchor ELSE j.due_date END,
      window_number = CASE WHEN j.keeps_anchor THEN j.window_number + 1 ELSE 1 END,
      window_months = ${months}, opening = 0, base = j.base_after,
      booked_through = ${by}::date, program_version = ${program.version},
      checkpoint_count = j.checkpoint_count + 1, decision_count = j.decision_count + 1
    FROM judged j
    WHERE s.client_id = ${tx.clientId} AND s.creator_id = j.creator_id AND s.due_date = j.due_date AND s.lifetime = j.lifetime
      AND width_bucket(j.lifetime - j.base_after, ${ladder}) <= j.tier_after
    RETURNING s.creator_id, s.decision_count, s.checkpoint_count, old.window_start, old.due_date, j.value, old.tier AS tier_before,
      s.tier AS tier_after, CASE WHEN s.tier < old.tier THEN 'demoted' WHEN s.tier > old.tier THEN 'promoted' ELSE 'maintained'
      END AS outcome, s.tier_version, j.adjustments, s.base, old.opening, s.sync_sequence, s.adjustment_count`;
}

function decisions(tx: TenantTransaction, program: Program, ladder: Statement): Statement {
  return sql`
    INSERT INTO tier_evaluation.decision
      (client_id, creator_id, number, kind, decided_for, window_start, due_date, value, threshold, tier_before, tier_after,
       outcome, tier_version, program_version, adjustments_counted, base, opening, sync_sequence, adjustment_number)
    SELECT ${tx.clientId}::uuid, creator_id, decision_count, 'checkpoint', due_date, window_start, due_date, value,
           (${ladder})[tier_before], tier_before, tier_after, outcome, tier_version, ${program.version}::int, adjustments, base,
           opening, sync_sequence, adjustment_count
    FROM reviewed`;
}

/** As `decisionEvents` tells them. */
function events(program: Program, ladder: Statement): SelectedEvents[] {
  const aggregateId = sql`creator_id`;
  const tiers = {
    tierBefore: asNumber(sql`tier_before`),
    tierAfter: asNumber(sql`tier_after`),
    tierVersion: asNumber(sql`tier_version`),
    programVersion: asNumber(sql`${program.version}::int`),
  };
  const window = { windowStart: inQuotes(sql`window_start`), dueDate: inQuotes(sql`due_date`) };
  return [
    selectedEvents(CheckpointEvaluatedV1, {
      rows: sql`reviewed`,
      aggregateId,
      aggregateVersion: sql`checkpoint_count`,
      data: {
        ...window,
        ...tiers,
        value: inQuotes(sql`value`),
        opening: inQuotes(sql`opening`),
        threshold: inQuotes(sql`(${ladder})[tier_before]`),
        outcome: inQuotes(sql`outcome`),
      },
    }),
    selectedEvents(TierChangedV1, {
      rows: sql`reviewed WHERE tier_before <> tier_after`,
      aggregateId,
      aggregateVersion: sql`tier_version`,
      data: {
        ...tiers,
        decidedFor: inQuotes(sql`due_date`),
        cause: jsonOf({ kind: sql`'"checkpoint"'`, ...window }),
      },
    }),
  ];
}
