import type { CreatorId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { SalesOfSync } from '../domain/order/handle-sales.ts';
import type { Program } from '../domain/program/program.ts';

/**
 * Books sales after which nothing is to be decided, without bringing a row to this process. `handleSales` is the rule and
 * this is it, written over a set, for creators who are known, of whom no window is due by the sync's date, and whose P is
 * below the next tier before the sales (so a publication not yet applied lifts nobody of them) and after.
 */
@Injectable()
export class PlainSalesRepository {
  /**
   * The caller holds the creators' lane: nobody else writes them.
   * @param sales of one sync for each creator
   * @returns who is booked; the others are untouched, and the rules decide
   */
  async book(
    tx: TenantTransaction,
    program: Program,
    sales: ReadonlyMap<CreatorId, SalesOfSync>,
  ): Promise<ReadonlySet<CreatorId>> {
    if (sales.size === 0) return new Set();
    const ofCreators = [...sales.values()];
    const differences = [...sales].flatMap(([creatorId, sale]) =>
      sale.differences.map((one) => ({ creatorId, sale, ...one })),
    );
    const ladder = program.tiers.map((tier) => tier.threshold);
    const rows = await tx.many<{ creator_id: CreatorId }>(sql`
      WITH booked AS (
        UPDATE tier_evaluation.standing s SET
          lifetime = s.lifetime + n.value, booked_through = greatest(s.booked_through, n.business_date),
          sync_sequence = n.sync_sequence, program_version = greatest(s.program_version, ${program.version})
        FROM unnest(${[...sales.keys()]}::uuid[], ${ofCreators.map(totalOf)}::bigint[],
                    ${ofCreators.map((sale) => sale.businessDate)}::date[],
                    ${ofCreators.map((sale) => sale.syncSequence)}::bigint[]) AS n (creator_id, value, business_date, sync_sequence)
        WHERE s.client_id = ${tx.clientId} AND s.creator_id = n.creator_id
          AND width_bucket(s.lifetime - s.base, ${ladder}::bigint[]) <= s.tier
          AND (s.due_date IS NULL OR s.due_date > n.business_date)
          AND width_bucket(s.lifetime + n.value - s.base, ${ladder}::bigint[]) <= s.tier
        RETURNING s.creator_id, s.window_start
      ), entries AS (
        INSERT INTO tier_evaluation.day_entry
          (client_id, creator_id, booked_on, effective_on, sync_sequence, adjustment_number, value)
        SELECT ${tx.clientId}::uuid, creator_id, booked_on, effective_on, sync_sequence, 0, sum(value)
        FROM (
          SELECT d.creator_id, d.booked_on, d.sync_sequence, d.value,
                 CASE WHEN ${program.attribution === 'post_date'} THEN d.post_date
                      WHEN d.first_sighting AND d.post_date >= coalesce(b.window_start, d.post_date) THEN d.post_date
                      ELSE d.booked_on END AS effective_on
          FROM unnest(${differences.map((one) => one.creatorId)}::uuid[], ${differences.map((one) => one.sale.businessDate)}::date[],
                      ${differences.map((one) => one.sale.syncSequence)}::bigint[], ${differences.map((one) => one.postDate)}::date[],
                      ${differences.map((one) => one.firstSighting)}::boolean[], ${differences.map((one) => one.value)}::bigint[])
                 AS d (creator_id, booked_on, sync_sequence, post_date, first_sighting, value)
          JOIN booked b USING (creator_id)
        ) AS dated
        GROUP BY creator_id, booked_on, effective_on, sync_sequence HAVING sum(value) <> 0
      )
      SELECT creator_id FROM booked`);
    return new Set(rows.map((row) => row.creator_id));
  }
}

function totalOf({ differences }: SalesOfSync): bigint {
  return differences.reduce((sum, { value }) => sum + value, 0n);
}
