import type { CalendarDate, CreatorId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { DaySum } from '../domain/ledger/day-sums.ts';
import type { LedgerEntry } from '../domain/order/progress.ts';
import type { Standing } from '../domain/standing/standing.ts';

/** Of whom, from which date on, and until which date anything is booked. */
export interface SumsNeeded {
  readonly creatorId: CreatorId;
  readonly from: CalendarDate;
  readonly bookedThrough: CalendarDate;
}

@Injectable()
export class DayLedgerRepository {
  /**
   * What is booked of each creator, by day, from its date on. Nothing is dated after the date it was booked on, so an
   * entry from a date on was booked from that date on: months of partitions before and after are never opened.
   */
  async sums(tx: TenantTransaction, needed: readonly SumsNeeded[]): Promise<Map<CreatorId, DaySum[]>> {
    const sums = new Map<CreatorId, DaySum[]>();
    if (needed.length === 0) return sums;
    const first = needed.reduce((least, { from }) => (from < least ? from : least), needed[0]?.from ?? '');
    const last = needed.reduce((most, { bookedThrough }) => (bookedThrough > most ? bookedThrough : most), '');
    const rows = await tx.many<{ creator_id: CreatorId; date: CalendarDate; value: string; adjustments: number }>(sql`
      SELECT e.creator_id, e.effective_on::text AS date, sum(e.value)::bigint AS value,
             count(*) FILTER (WHERE e.adjustment_number > 0)::int AS adjustments
      FROM unnest(${needed.map((one) => one.creatorId)}::uuid[], ${needed.map((one) => one.from)}::date[])
             AS n (creator_id, first)
      JOIN tier_evaluation.day_entry e ON e.creator_id = n.creator_id AND e.booked_on >= n.first AND e.effective_on >= n.first
      WHERE e.client_id = ${tx.clientId} AND e.booked_on BETWEEN ${first}::date AND ${last}::date
      GROUP BY e.creator_id, e.effective_on`);
    for (const row of rows) {
      const days = sums.get(row.creator_id) ?? [];
      days.push({ date: row.date, value: BigInt(row.value), adjustments: row.adjustments });
      sums.set(row.creator_id, days);
    }
    return sums;
  }

  /** What is dated in a creator's open window. */
  async inWindow(tx: TenantTransaction, creatorId: CreatorId, standing: Standing): Promise<bigint> {
    const { window, bookedThrough } = standing;
    if (window === null || bookedThrough === null) return 0n;
    const { value } = await tx.one<{ value: string }>(sql`
      SELECT coalesce(sum(value), 0)::bigint AS value FROM tier_evaluation.day_entry
      WHERE client_id = ${tx.clientId} AND creator_id = ${creatorId} AND booked_on BETWEEN ${window.start} AND ${bookedThrough}
        AND effective_on >= ${window.start} AND effective_on < coalesce(${window.due}::date, 'infinity')`);
    return BigInt(value);
  }

  async append(tx: TenantTransaction, entries: readonly (readonly [CreatorId, LedgerEntry])[]): Promise<void> {
    if (entries.length === 0) return;
    await tx.execute(sql`
      INSERT INTO tier_evaluation.day_entry
        (client_id, creator_id, booked_on, effective_on, sync_sequence, adjustment_number, value)
      SELECT ${tx.clientId}::uuid, * FROM unnest(
        ${entries.map(([creatorId]) => creatorId)}::uuid[], ${entries.map(([, entry]) => entry.bookedOn)}::date[],
        ${entries.map(([, entry]) => entry.effectiveOn)}::date[], ${entries.map(([, entry]) => entry.syncSequence)}::bigint[],
        ${entries.map(([, entry]) => entry.adjustmentNumber)}::bigint[], ${entries.map(([, entry]) => entry.value)}::bigint[])`);
  }
}
