import type { CalendarDate, CreatorId, SyncId } from '#libs/kernel';
import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { MetricValue, TierNumber } from '../domain/ladder/ladder.ts';
import type { Program } from '../domain/program/program.ts';
import type { Decision } from '../domain/standing/decision.ts';

/** A sync that this service has heard of. */
export interface HeardSync {
  readonly id: SyncId;
  readonly sequence: number;
  readonly businessDate: CalendarDate;
  /** Null in the client's first sync. */
  readonly previousBusinessDate: CalendarDate | null;
  readonly applied: boolean;
}

/** Creators whose sum a sync has changed in one direction, and by how much together. */
export interface Movement {
  readonly creators: number;
  readonly value: MetricValue;
}

export interface DecisionCount {
  readonly kind: Decision['kind'];
  readonly outcome: Decision['outcome'];
  readonly tierBefore: TierNumber;
  readonly tierAfter: TierNumber;
  readonly creators: number;
}

/** A creator whose open window would cost its tier if it closed now. */
export interface WindowBelow {
  readonly creatorId: CreatorId;
  readonly tier: TierNumber;
  readonly dueDate: CalendarDate;
  readonly value: MetricValue;
  /** True if the window would keep the tier without what this sync brought. */
  readonly newly: boolean;
}

export interface WindowsBelow {
  readonly creators: number;
  readonly newly: number;
  /** Newly fallen first, then by due date. */
  readonly first: readonly WindowBelow[];
}

/** What a sync did, out of the ledger and the decisions; in one snapshot, so that the parts are of one state. */
@Injectable()
export class ImpactRepository {
  async find(tx: TenantTransaction, syncId: SyncId): Promise<HeardSync | undefined> {
    const row = await tx.maybeOne<Omit<HeardSync, 'sequence'> & { sequence: string }>(sql`
      SELECT c.sync_id AS id, c.sequence, c.business_date::text AS "businessDate",
             c.previous_business_date::text AS "previousBusinessDate", w.applied_sequence >= c.sequence AS applied
      FROM tier_evaluation.completed_sync c JOIN tier_evaluation.watermark w ON w.client_id = c.client_id
      WHERE c.client_id = ${tx.clientId} AND c.sync_id = ${syncId}`);
    return row === undefined ? undefined : { ...row, sequence: Number(row.sequence) };
  }

  /** Creators whose entries of the sync come to more, or to less, than nothing. */
  async movements(tx: TenantTransaction, sync: HeardSync): Promise<{ up: Movement; down: Movement }> {
    const row = await tx.one<Record<'up' | 'up_value' | 'down' | 'down_value', string>>(sql`
      SELECT count(*) FILTER (WHERE value > 0) AS up,
             coalesce(sum(value) FILTER (WHERE value > 0), 0)::bigint AS up_value,
             count(*) FILTER (WHERE value < 0) AS down,
             coalesce(sum(value) FILTER (WHERE value < 0), 0)::bigint AS down_value
      FROM (SELECT sum(e.value) AS value FROM tier_evaluation.day_entry e
            WHERE ${ofSync(tx, sync)} GROUP BY e.creator_id) moved`);
    return {
      up: { creators: Number(row.up), value: BigInt(row.up_value) },
      down: { creators: Number(row.down), value: BigInt(row.down_value) },
    };
  }

  async decisions(tx: TenantTransaction, sync: HeardSync): Promise<DecisionCount[]> {
    return tx.many<DecisionCount>(sql`
      SELECT d.kind, d.outcome, d.tier_before AS "tierBefore", d.tier_after AS "tierAfter", count(*)::int AS creators
      FROM (${decidedBy(tx, sync)}) d GROUP BY 1, 2, 3, 4 ORDER BY 3, 4, 1, 2`);
  }

  /** Of the creators that the sync moved or decided: whose open window, as it is now, is below the tier's threshold. */
  async windowsBelow(tx: TenantTransaction, sync: HeardSync, program: Program, limit: number): Promise<WindowsBelow> {
    const bounds = await tx.one<{ first: CalendarDate | null; last: CalendarDate | null }>(sql`
      SELECT min(s.window_start)::text AS first, max(s.booked_through)::text AS last
      FROM (${concernedBy(tx, sync)}) c
      JOIN tier_evaluation.standing s ON s.client_id = ${tx.clientId} AND s.creator_id = c.creator_id
      WHERE s.due_date IS NOT NULL`);
    const { first, last } = bounds;
    if (first === null || last === null) return { creators: 0, newly: 0, first: [] };
    const thresholds = program.tiers.map((tier) => tier.threshold.toString());
    const rows = await tx.many<BelowRow>(sql`
      WITH open AS MATERIALIZED (
        SELECT s.creator_id, s.tier, s.window_start, s.due_date, s.opening, (${thresholds}::bigint[])[s.tier] AS threshold
        FROM (${concernedBy(tx, sync)}) c
        JOIN tier_evaluation.standing s ON s.client_id = ${tx.clientId} AND s.creator_id = c.creator_id
        WHERE s.due_date IS NOT NULL
      ), booked AS (
        SELECT e.creator_id, sum(e.value) AS value,
               sum(e.value) FILTER (WHERE e.adjustment_number = 0 AND e.sync_sequence = ${sync.sequence}) AS brought
        FROM open o
        JOIN tier_evaluation.day_entry e ON e.creator_id = o.creator_id AND e.booked_on >= o.window_start
          AND e.effective_on >= o.window_start AND e.effective_on < o.due_date
        WHERE e.client_id = ${tx.clientId} AND e.booked_on BETWEEN ${first}::date AND ${last}::date
        GROUP BY e.creator_id
      ), below AS (
        SELECT o.creator_id, o.tier, o.due_date, coalesce(b.value, 0) - o.opening AS value,
               coalesce(b.value, 0) - coalesce(b.brought, 0) - o.opening >= o.threshold AS newly
        FROM open o LEFT JOIN booked b USING (creator_id)
        WHERE coalesce(b.value, 0) - o.opening < o.threshold
      )
      SELECT creator_id AS "creatorId", tier, due_date::text AS "dueDate", value::bigint AS value, newly,
             count(*) OVER ()::int AS creators, (count(*) FILTER (WHERE newly) OVER ())::int AS fallen
      FROM below ORDER BY newly DESC, due_date, creator_id LIMIT ${limit}`);
    return {
      creators: rows[0]?.creators ?? 0,
      newly: rows[0]?.fallen ?? 0,
      first: rows.map(({ creators: _creators, fallen: _fallen, ...row }) => ({ ...row, value: BigInt(row.value) })),
    };
  }
}

interface BelowRow extends Omit<WindowBelow, 'value'> {
  value: string;
  creators: number;
  fallen: number;
}

/** Of `day_entry e`: what the sync brought. All of it is booked on its business date. */
function ofSync(tx: TenantTransaction, sync: HeardSync): Statement {
  return sql`e.client_id = ${tx.clientId} AND e.booked_on = ${sync.businessDate}::date
             AND e.sync_sequence = ${sync.sequence} AND e.adjustment_number = 0`;
}

/**
 * Promotions that the sync caused, and checkpoints of which it is the first sync whose date reaches the due date: those
 * after the date of the sync before it. A second sync of one date makes nothing due.
 */
function decidedBy(tx: TenantTransaction, sync: HeardSync): Statement {
  return sql`
    SELECT d.creator_id, d.kind, d.outcome, d.tier_before, d.tier_after FROM tier_evaluation.decision d
    WHERE d.client_id = ${tx.clientId} AND d.cause_kind = 'sync' AND d.cause_id = ${sync.id}
    UNION ALL
    SELECT d.creator_id, d.kind, d.outcome, d.tier_before, d.tier_after FROM tier_evaluation.decision d
    WHERE d.client_id = ${tx.clientId} AND d.kind = 'checkpoint' AND d.due_date <= ${sync.businessDate}::date
      AND d.due_date > ${sync.previousBusinessDate ?? '-infinity'}::date`;
}

function concernedBy(tx: TenantTransaction, sync: HeardSync): Statement {
  return sql`
    SELECT e.creator_id FROM tier_evaluation.day_entry e WHERE ${ofSync(tx, sync)}
    UNION
    SELECT d.creator_id FROM (${decidedBy(tx, sync)}) d`;
}
