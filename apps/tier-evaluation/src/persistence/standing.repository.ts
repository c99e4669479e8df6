import type { CalendarDate, CreatorId } from '#libs/kernel';
import { keyOf, partitionOf } from '#libs/messaging';
import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Program } from '../domain/program/program.ts';
import type { Standing } from '../domain/standing/standing.ts';
import { STANDING_COLUMNS, toStanding, type StandingRow } from './standing-row.ts';

export type Standings = Map<CreatorId, Standing>;

/** The consumer that books sales: a creator whose key is parked there waits with its reviews and promotions. */
export const SALES_CONSUMER = 'tier-evaluation.apply-creator-sales';

@Injectable()
export class StandingRepository {
  /** Locks in key order. Creators of whom nothing is known yet are left out. */
  async lock(tx: TenantTransaction, creatorIds: readonly CreatorId[]): Promise<Standings> {
    return byCreator(
      await tx.many<StandingRow>(sql`
        SELECT ${STANDING_COLUMNS} FROM tier_evaluation.standing s
        WHERE s.client_id = ${tx.clientId} AND s.creator_id = ANY (${creatorIds}::uuid[])
        ORDER BY s.creator_id FOR UPDATE`),
    );
  }

  async find(tx: TenantTransaction, creatorId: CreatorId): Promise<Standing | undefined> {
    const row = await tx.maybeOne<StandingRow>(sql`
      SELECT ${STANDING_COLUMNS} FROM tier_evaluation.standing s
      WHERE s.client_id = ${tx.clientId} AND s.creator_id = ${creatorId}`);
    return row === undefined ? undefined : toStanding(row);
  }

  /** Locks the earliest due creators of a lane, whose lock the caller holds; parked ones wait. */
  async lockDue(
    tx: TenantTransaction,
    due: { readonly lane: number; readonly by: CalendarDate; readonly limit: number },
  ): Promise<Standings> {
    return byCreator(
      await tx.many<StandingRow>(sql`
        WITH due AS (
          SELECT s.creator_id FROM tier_evaluation.standing s
          WHERE s.client_id = ${tx.clientId} AND s.lane = ${due.lane} AND s.due_date <= ${due.by}::date
            AND ${notParked(tx)}
          ORDER BY s.due_date LIMIT ${due.limit}
        )
        SELECT ${STANDING_COLUMNS} FROM tier_evaluation.standing s JOIN due USING (creator_id)
        WHERE s.client_id = ${tx.clientId}
        ORDER BY s.creator_id FOR UPDATE OF s`),
    );
  }

  /** The lanes in which anybody is due, parked creators aside: a probe of the index for each. */
  async lanesWithDue(tx: TenantTransaction, by: CalendarDate): Promise<number[]> {
    const rows = await tx.many<{ lane: number }>(sql`
      SELECT lane FROM generate_series(0, 11) AS lane
      WHERE EXISTS (SELECT 1 FROM tier_evaluation.standing s
                    WHERE s.client_id = ${tx.clientId} AND s.lane = lane.lane AND s.due_date <= ${by}::date
                      AND ${notParked(tx)})`);
    return rows.map((row) => row.lane);
  }

  async countDue(tx: TenantTransaction, by: CalendarDate): Promise<number> {
    const row = await tx.one<{ due: string }>(sql`
      SELECT count(*) AS due FROM tier_evaluation.standing s
      WHERE s.client_id = ${tx.clientId} AND s.due_date <= ${by}::date AND ${notParked(tx)}`);
    return Number(row.due);
  }

  /** Creators after a place in key order whom the program's ladder would lift and no one has lifted under it yet. */
  async promotable(
    tx: TenantTransaction,
    program: Program,
    after: CreatorId | undefined,
    limit: number,
  ): Promise<{ readonly creatorId: CreatorId; readonly lane: number }[]> {
    const thresholds = program.tiers.map((tier) => tier.threshold.toString());
    const rows = await tx.many<{ creator_id: CreatorId; lane: number }>(sql`
      SELECT s.creator_id, s.lane FROM tier_evaluation.standing s
      WHERE s.client_id = ${tx.clientId} AND s.program_version < ${program.version}
        AND s.lifetime - s.base >= (${thresholds}::bigint[])[s.tier + 1]
        AND (${after ?? null}::uuid IS NULL OR s.creator_id > ${after ?? null}::uuid) AND ${notParked(tx)}
      ORDER BY s.creator_id LIMIT ${limit}`);
    return rows.map((row) => ({ creatorId: row.creator_id, lane: row.lane }));
  }

  async anyHasLeftEntryTier(tx: TenantTransaction): Promise<boolean> {
    const row = await tx.maybeOne(sql`
      SELECT 1 FROM tier_evaluation.standing WHERE client_id = ${tx.clientId} AND tier_version > 0 LIMIT 1`);
    return row !== undefined;
  }

  async isParked(tx: TenantTransaction, creatorId: CreatorId): Promise<boolean> {
    const row = await tx.maybeOne(sql`
      SELECT 1 FROM tier_evaluation.parked_key
      WHERE consumer = ${SALES_CONSUMER} AND client_id = ${tx.clientId} AND aggregate_id = ${creatorId}`);
    return row !== undefined;
  }

  /** Creators as onboarded, in tier 1. One whose sales came first keeps its standing and learns the date. */
  async register(
    tx: TenantTransaction,
    onboarded: readonly { readonly creatorId: CreatorId; readonly onboardedOn: CalendarDate }[],
  ): Promise<void> {
    await tx.execute(sql`
      INSERT INTO tier_evaluation.standing AS s
        (client_id, creator_id, lane, tier, tier_version, onboarded_on, reached_on, window_number, window_months, opening,
         base, lifetime, sync_sequence, program_version, checkpoint_count, adjustment_count, decision_count)
      SELECT ${tx.clientId}::uuid, creator_id, lane, 1, 0, onboarded_on, onboarded_on, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
      FROM unnest(${onboarded.map((one) => one.creatorId)}::uuid[],
                  ${onboarded.map((one) => partitionOf(keyOf(tx.clientId, one.creatorId)))}::smallint[],
                  ${onboarded.map((one) => one.onboardedOn)}::date[]) AS one (creator_id, lane, onboarded_on)
      ORDER BY creator_id
      ON CONFLICT (client_id, creator_id) DO UPDATE
        SET onboarded_on = excluded.onboarded_on, reached_on = coalesce(s.reached_on, excluded.reached_on)
        WHERE s.onboarded_on IS NULL`);
  }

  /** Creators who have just been met for the first time, by their sales. */
  async insert(tx: TenantTransaction, standings: Standings): Promise<void> {
    if (standings.size === 0) return;
    await tx.execute(sql`
      INSERT INTO tier_evaluation.standing
        (client_id, creator_id, lane, tier, tier_version, reached_on, window_start, due_date, anchor, window_number,
         window_months, opening, base, lifetime, booked_through, sync_sequence, program_version, checkpoint_count,
         adjustment_count, decision_count)
      SELECT ${tx.clientId}::uuid, creator_id, lane, tier, tier_version, reached_on, window_start, due_date, anchor,
             window_number, window_months, opening, base, lifetime, booked_through, sync_sequence, program_version,
             checkpoint_count, adjustment_count, decision_count
      FROM ${unnested(tx, standings)} ORDER BY creator_id`);
  }

  async update(tx: TenantTransaction, standings: Standings): Promise<void> {
    if (standings.size === 0) return;
    await tx.execute(sql`
      UPDATE tier_evaluation.standing s SET
        tier = n.tier, tier_version = n.tier_version, reached_on = n.reached_on, window_start = n.window_start,
        due_date = n.due_date, anchor = n.anchor, window_number = n.window_number, window_months = n.window_months,
        opening = n.opening, base = n.base, lifetime = n.lifetime, booked_through = n.booked_through,
        sync_sequence = n.sync_sequence, program_version = n.program_version, checkpoint_count = n.checkpoint_count,
        adjustment_count = n.adjustment_count, decision_count = n.decision_count
      FROM ${unnested(tx, standings)}
      WHERE s.client_id = ${tx.clientId} AND s.creator_id = n.creator_id`);
  }
}

/** Of a creator `s`. */
export function notParked(tx: TenantTransaction): Statement {
  return sql`NOT EXISTS (
    SELECT 1 FROM tier_evaluation.parked_key p
    WHERE p.consumer = ${SALES_CONSUMER} AND p.client_id = ${tx.clientId} AND p.aggregate_id = s.creator_id::text)`;
}

function byCreator(rows: readonly StandingRow[]): Standings {
  return new Map(rows.map((row) => [row.creator_id, toStanding(row)]));
}

function unnested(tx: TenantTransaction, standings: Standings): Statement {
  const ids = [...standings.keys()];
  const all = [...standings.values()];
  return sql`unnest(
    ${ids}::uuid[], ${ids.map((id) => partitionOf(keyOf(tx.clientId, id)))}::smallint[],
    ${all.map((s) => s.tier)}::smallint[], ${all.map((s) => s.tierVersion)}::int[], ${all.map((s) => s.reachedOn)}::date[],
    ${all.map((s) => s.window?.start ?? null)}::date[], ${all.map((s) => s.window?.due ?? null)}::date[],
    ${all.map((s) => s.window?.anchor ?? null)}::date[], ${all.map((s) => s.window?.number ?? 0)}::int[],
    ${all.map((s) => s.window?.months ?? 0)}::smallint[], ${all.map((s) => s.opening)}::bigint[],
    ${all.map((s) => s.base)}::bigint[], ${all.map((s) => s.lifetime)}::bigint[], ${all.map((s) => s.bookedThrough)}::date[],
    ${all.map((s) => s.syncSequence)}::bigint[], ${all.map((s) => s.programVersion)}::int[],
    ${all.map((s) => s.checkpointCount)}::bigint[], ${all.map((s) => s.adjustmentCount)}::bigint[],
    ${all.map((s) => s.decisionCount)}::bigint[]) AS n
    (creator_id, lane, tier, tier_version, reached_on, window_start, due_date, anchor, window_number, window_months, opening,
     base, lifetime, booked_through, sync_sequence, program_version, checkpoint_count, adjustment_count, decision_count)`;
}
