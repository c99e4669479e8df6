import type { CalendarDate, CreatorId, SyncId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { KnownAt } from '../domain/explain/creator-record.ts';
import type { LedgerEntry } from '../domain/order/progress.ts';
import { SALES_CONSUMER } from './standing.repository.ts';

/** Between which dates there is anything to explain of a creator. */
export interface Horizon {
  readonly onboardedOn: CalendarDate | null;
  /** The client's today; null before the first sync. */
  readonly today: CalendarDate | null;
  /** The latest date that anything of the creator is booked on or was handled for. */
  readonly bookedThrough: CalendarDate | null;
  /** Sales are set aside until an operator has looked at them. */
  readonly isParked: boolean;
}

/** What explanations are read from: rows that only ever grow, none of the running totals. */
@Injectable()
export class ExplanationRepository {
  /** Undefined for a creator who is not known. */
  horizon(tx: TenantTransaction, creatorId: CreatorId): Promise<Horizon | undefined> {
    return tx.maybeOne<Horizon>(sql`
      SELECT s.onboarded_on::text AS "onboardedOn", s.booked_through::text AS "bookedThrough",
             greatest(c.business_date, p.programme_date)::text AS today,
             EXISTS (SELECT 1 FROM tier_evaluation.parked_key k
                     WHERE k.consumer = ${SALES_CONSUMER} AND k.client_id = s.client_id
                       AND k.aggregate_id = s.creator_id::text) AS "isParked"
      FROM tier_evaluation.standing s
      LEFT JOIN tier_evaluation.watermark w ON w.client_id = s.client_id
      LEFT JOIN tier_evaluation.completed_sync c ON c.client_id = w.client_id AND c.sequence = w.applied_sequence
      LEFT JOIN tier_evaluation.programme_date p ON p.client_id = s.client_id
      WHERE s.client_id = ${tx.clientId} AND s.creator_id = ${creatorId}`);
  }

  /** A sync of the client as a moment of knowledge; undefined for one that is not completed here. */
  async knownAt(tx: TenantTransaction, syncId: SyncId): Promise<(KnownAt & { isApplied: boolean }) | undefined> {
    const row = await tx.maybeOne<{ sequence: string; businessDate: CalendarDate; isApplied: boolean }>(sql`
      SELECT c.sequence, c.business_date::text AS "businessDate", c.sequence <= w.applied_sequence AS "isApplied"
      FROM tier_evaluation.completed_sync c JOIN tier_evaluation.watermark w ON w.client_id = c.client_id
      WHERE c.client_id = ${tx.clientId} AND c.sync_id = ${syncId}`);
    return row && { ...row, sequence: Number(row.sequence) };
  }

  /**
   * A creator's entries booked between two dates, both included; months before and after are never opened. Years of days
   * are thousands of rows, which take longer to send and to take apart one by one than to find: they come as one text.
   */
  async entries(
    tx: TenantTransaction,
    creatorId: CreatorId,
    booked: { readonly from: CalendarDate | null; readonly to: CalendarDate },
  ): Promise<LedgerEntry[]> {
    const { entries } = await tx.one<{ entries: string | null }>(sql`
      SELECT string_agg(concat_ws(' ', booked_on, effective_on, sync_sequence, adjustment_number, value), ',') AS entries
      FROM tier_evaluation.day_entry
      WHERE client_id = ${tx.clientId} AND creator_id = ${creatorId}
        AND booked_on BETWEEN ${booked.from ?? '-infinity'}::date AND ${booked.to}::date`);
    return entries === null ? [] : entries.split(',').map(toEntry);
  }
}

function toEntry(text: string): LedgerEntry {
  const [bookedOn = '', effectiveOn = '', syncSequence, adjustmentNumber, value = ''] = text.split(' ');
  return {
    bookedOn: bookedOn as CalendarDate,
    effectiveOn: effectiveOn as CalendarDate,
    syncSequence: Number(syncSequence),
    adjustmentNumber: Number(adjustmentNumber),
    value: BigInt(value),
  };
}
