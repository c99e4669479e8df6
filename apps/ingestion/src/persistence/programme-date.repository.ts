import type { CalendarDate, SyncId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

export interface AppliedSync {
  readonly syncId: SyncId;
  readonly sequence: number;
  readonly businessDate: CalendarDate;
}

export interface ProgrammeDate {
  readonly date: CalendarDate;
  /** How often the date has moved. */
  readonly version: number;
}

/** Who is through with which sync, and the date that follows from it. */
@Injectable()
export class ProgrammeDateRepository {
  /** @returns the syncs that both services are through with by now, marked as applied, in the order of booking */
  async noteApplications(
    applications: readonly { syncId: string; service: string }[],
    tx: TenantTransaction,
  ): Promise<AppliedSync[]> {
    await tx.execute(sql`
      INSERT INTO ingestion.sync_application (client_id, sync_id, service)
      SELECT ${tx.clientId}, sync_id, service
      FROM unnest(${applications.map((a) => a.syncId)}::uuid[], ${applications.map((a) => a.service)}::text[])
           AS noted (sync_id, service)
      ON CONFLICT DO NOTHING`);
    const rows = await tx.many<{ syncId: SyncId; sequence: string; businessDate: CalendarDate }>(sql`
      WITH applied AS (
        UPDATE ingestion.sync s SET status = 'applied'
        WHERE s.client_id = ${tx.clientId} AND s.status = 'published'
          AND s.sync_id = ANY (${applications.map((a) => a.syncId)}::uuid[])
          AND (SELECT count(*) FROM ingestion.sync_application a
               WHERE a.client_id = s.client_id AND a.sync_id = s.sync_id) = 2
        RETURNING s.sync_id, s.sequence, s.business_date
      )
      SELECT sync_id AS "syncId", sequence, business_date::text AS "businessDate" FROM applied ORDER BY sequence`);
    return rows.map((row) => ({ ...row, sequence: Number(row.sequence) }));
  }

  async find(tx: TenantTransaction): Promise<ProgrammeDate | undefined> {
    const row = await tx.maybeOne<{ date: CalendarDate; version: string }>(sql`
      SELECT programme_date::text AS date, version FROM ingestion.programme_date WHERE client_id = ${tx.clientId}`);
    return row && { ...row, version: Number(row.version) };
  }

  async save(reached: ProgrammeDate, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      INSERT INTO ingestion.programme_date (client_id, programme_date, version)
      VALUES (${tx.clientId}, ${reached.date}, ${reached.version})
      ON CONFLICT (client_id) DO UPDATE SET programme_date = excluded.programme_date, version = excluded.version`);
  }
}
