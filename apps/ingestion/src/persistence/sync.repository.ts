import type { CalendarDate, ClientId, SyncId } from '#libs/kernel';
import { sql, type TenantTransaction, type Transaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { SyncStatus } from '../domain/sync/sync-status.ts';
import type { Sync } from '../domain/sync/sync.ts';
import { SYNC_COLUMNS, syncFrom, type SyncRow } from './sync-row.ts';

/** Syncs as they are looked at. What moves them stands in `SyncProgressRepository`. */
@Injectable()
export class SyncRepository {
  async find(syncId: SyncId, tx: TenantTransaction): Promise<Sync | undefined> {
    const row = await tx.maybeOne<SyncRow>(sql`
      SELECT ${SYNC_COLUMNS} FROM ingestion.sync WHERE client_id = ${tx.clientId} AND sync_id = ${syncId}`);
    return row && syncFrom(row);
  }

  /** The client's latest uploads first. */
  async list(page: { after: string | undefined; fetch: number }, tx: TenantTransaction): Promise<Sync[]> {
    const rows = await tx.many<SyncRow>(sql`
      SELECT ${SYNC_COLUMNS} FROM ingestion.sync
      WHERE client_id = ${tx.clientId} AND (${page.after ?? null}::uuid IS NULL OR sync_id < ${page.after ?? null}::uuid)
      ORDER BY sync_id DESC LIMIT ${page.fetch}`);
    return rows.map(syncFrom);
  }

  /** The sync that keeps the client's next upload waiting. */
  async findOpen(tx: TenantTransaction): Promise<Sync | undefined> {
    const row = await tx.maybeOne<SyncRow>(sql`
      SELECT ${SYNC_COLUMNS} FROM ingestion.sync
      WHERE client_id = ${tx.clientId} AND status IN ('receiving', 'staged', 'held', 'booking')`);
    return row && syncFrom(row);
  }

  /** The client's latest sync whose file counts, by sequence: its date is the earliest that the next may have. */
  async findLatestAccepted(tx: TenantTransaction): Promise<Sync | undefined> {
    const row = await tx.maybeOne<SyncRow>(sql`
      SELECT ${SYNC_COLUMNS} FROM ingestion.sync
      WHERE client_id = ${tx.clientId} AND sequence IS NOT NULL ORDER BY sequence DESC LIMIT 1`);
    return row && syncFrom(row);
  }

  /** The sync that booked this very file for this date. */
  async findAcceptedFile(
    file: { businessDate: CalendarDate; sha256: string },
    tx: TenantTransaction,
  ): Promise<Sync | undefined> {
    const row = await tx.maybeOne<SyncRow>(sql`
      SELECT ${SYNC_COLUMNS} FROM ingestion.sync
      WHERE client_id = ${tx.clientId} AND business_date = ${file.businessDate} AND file_sha256 = ${file.sha256}
        AND status IN ('booking', 'published', 'applied')`);
    return row && syncFrom(row);
  }

  async hasAcceptedOn(businessDate: CalendarDate, tx: TenantTransaction): Promise<boolean> {
    const { found } = await tx.one<{ found: boolean }>(sql`
      SELECT EXISTS (
        SELECT FROM ingestion.sync
        WHERE client_id = ${tx.clientId} AND business_date = ${businessDate}
          AND status IN ('booking', 'published', 'applied')) AS found`);
    return found;
  }

  /** The syncs of all clients that are on their way, oldest first. */
  async listUnfinished(tx: Transaction): Promise<{ clientId: ClientId; syncId: SyncId; status: SyncStatus }[]> {
    return tx.many(sql`
      SELECT client_id AS "clientId", sync_id AS "syncId", status FROM ingestion.unfinished_syncs() ORDER BY sync_id`);
  }
}
