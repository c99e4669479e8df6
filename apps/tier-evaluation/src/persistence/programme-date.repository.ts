import type { CalendarDate, ClientId, SyncId } from '#libs/kernel';
import { sql, type TenantTransaction, type Transaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { ProgrammeToday } from '../domain/order/handle-adjustment.ts';

@Injectable()
export class ProgrammeDateRepository {
  /** Keeps the greatest. */
  async advance(tx: TenantTransaction, date: CalendarDate, syncSequence: number): Promise<void> {
    await tx.execute(sql`
      INSERT INTO tier_evaluation.programme_date AS p (client_id, programme_date, sync_sequence)
      VALUES (${tx.clientId}, ${date}, ${syncSequence})
      ON CONFLICT (client_id) DO UPDATE SET programme_date = greatest(p.programme_date, excluded.programme_date),
                                            sync_sequence = greatest(p.sync_sequence, excluded.sync_sequence)`);
  }

  /**
   * The client's today: the programme date, or the date of the latest sync that this service has applied whole, which the
   * programme date is about to become; a request sent on the heels of `applied` must not find yesterday. `hold` keeps
   * the latter where it is until the transaction ends, so that nothing is dated to a day that is being left; it is taken
   * first, since a read that had to wait for it would join the new sequence with the rows of before and find no date.
   */
  async today(
    tx: TenantTransaction,
    options: { hold: boolean } = { hold: false },
  ): Promise<ProgrammeToday | undefined> {
    if (options.hold)
      await tx.maybeOne(sql`SELECT 1 FROM tier_evaluation.watermark WHERE client_id = ${tx.clientId} FOR SHARE`);
    const row = await tx.maybeOne<{ date: CalendarDate | null; sequence: string }>(sql`
      SELECT greatest(c.business_date, p.programme_date)::text AS date,
             greatest(w.applied_sequence, coalesce(p.sync_sequence, 0)) AS sequence
      FROM tier_evaluation.watermark w
      LEFT JOIN tier_evaluation.completed_sync c ON c.client_id = w.client_id AND c.sequence = w.applied_sequence
      LEFT JOIN tier_evaluation.programme_date p ON p.client_id = w.client_id
      WHERE w.client_id = ${tx.clientId}`);
    if (row === undefined || row.date === null) return undefined;
    return { date: row.date, syncSequence: Number(row.sequence) };
  }

  /** Waits for whoever holds today, and lets nobody take it until the transaction ends. */
  async lockToday(tx: TenantTransaction): Promise<void> {
    await tx.maybeOne(sql`SELECT 1 FROM tier_evaluation.watermark WHERE client_id = ${tx.clientId} FOR UPDATE`);
  }

  /** Clients all of whose reached syncs are applied, with the latest: nobody of theirs should be due by its date. */
  async settledClients(tx: Transaction): Promise<{ clientId: ClientId; syncId: SyncId; date: CalendarDate }[]> {
    return tx.many(sql`
      SELECT w.client_id AS "clientId", c.sync_id AS "syncId", c.business_date::text AS date
      FROM tier_evaluation.watermark w
      JOIN tier_evaluation.completed_sync c ON c.client_id = w.client_id AND c.sequence = w.applied_sequence
      WHERE w.sequence = w.applied_sequence ORDER BY w.client_id`);
  }

  /** Clients of whom a sync is applied, with the sequence of the latest. */
  async startedClients(tx: Transaction): Promise<{ clientId: ClientId; syncSequence: number }[]> {
    const rows = await tx.many<{ client_id: ClientId; applied_sequence: string }>(sql`
      SELECT client_id, applied_sequence FROM tier_evaluation.watermark WHERE applied_sequence > 0 ORDER BY client_id`);
    return rows.map((row) => ({ clientId: row.client_id, syncSequence: Number(row.applied_sequence) }));
  }

  /** The first days of the months in which clients have their latest reached sync. */
  async latestBusinessMonths(tx: Transaction): Promise<CalendarDate[]> {
    const rows = await tx.many<{ month: CalendarDate }>(sql`
      SELECT DISTINCT date_trunc('month', business_date)::date::text AS month FROM tier_evaluation.watermark
      WHERE business_date IS NOT NULL`);
    return rows.map((row) => row.month);
  }
}
