import type { CalendarDate } from '#libs/kernel';
import { CreatorSalesRecordedV1 } from '#libs/contracts';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { RunningSync } from '../domain/program/program-busy.errors.ts';

interface RunningRow {
  sequence: string;
  business_date: CalendarDate | null;
  expected: string | null;
  seen: string;
}

@Injectable()
export class RunningSyncRepository {
  /**
   * The earliest sync beyond the applied one of which anything has come: counted sales, or that it is completed. Sales
   * are counted in the transaction that books them, which holds the program FOR SHARE: whoever holds it FOR UPDATE and
   * finds no sync knows that none can begin before the transaction ends.
   */
  async find(tx: TenantTransaction): Promise<RunningSync | undefined> {
    const row = await tx.maybeOne<RunningRow>(sql`
      WITH applied AS (
        SELECT coalesce(max(applied_sequence), 0) AS sequence FROM tier_evaluation.watermark WHERE client_id = ${tx.clientId}
      ), running AS (
        SELECT least(
          (SELECT min(n.sequence) FROM tier_evaluation.sync_count n
           WHERE n.client_id = ${tx.clientId} AND n.sequence > (SELECT sequence FROM applied)),
          (SELECT min(c.sequence) FROM tier_evaluation.completed_sync c
           WHERE c.client_id = ${tx.clientId} AND c.sequence > (SELECT sequence FROM applied))) AS sequence
      )
      SELECT r.sequence, c.business_date::text AS business_date, c.expected,
             (SELECT coalesce(sum(n.seen), 0)::bigint FROM tier_evaluation.sync_count n
              WHERE n.client_id = ${tx.clientId} AND n.sequence = r.sequence) AS seen
      FROM running r
      LEFT JOIN tier_evaluation.completed_sync c ON c.client_id = ${tx.clientId} AND c.sequence = r.sequence
      WHERE r.sequence IS NOT NULL`);
    if (row === undefined) return undefined;
    const { business_date: businessDate, expected } = row;
    return {
      sequence: Number(row.sequence),
      completed: businessDate === null ? null : { businessDate, expected: Number(expected) },
      seen: Number(row.seen),
      unreadableRecords: await this.#unreadable(tx),
    };
  }

  /** Kafka keys begin with the client's id; a record without a key may be anybody's. */
  async #unreadable(tx: TenantTransaction): Promise<number> {
    const row = await tx.one<{ records: number }>(sql`
      SELECT count(*)::int AS records FROM tier_evaluation.parked_record
      WHERE topic LIKE '%' || ${CreatorSalesRecordedV1.topic} AND discarded_at IS NULL
        AND (record_key IS NULL OR substring(record_key from 1 for 36) = convert_to(${tx.clientId}, 'UTF8'))`);
    return row.records;
  }
}
