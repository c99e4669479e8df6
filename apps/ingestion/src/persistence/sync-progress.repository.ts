import type { CalendarDate, CreatorId, Currency, SyncId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Hold } from '../domain/hold/judge-fall.ts';
import type { Manifest } from '../domain/sync/manifest.ts';
import type { SyncError } from '../domain/sync/sync.ts';
import { toJson } from './manifest-json.ts';

export interface NewSync {
  readonly syncId: SyncId;
  readonly businessDate: CalendarDate;
  readonly dryRun: boolean;
  readonly currency: Currency;
  readonly bytesAnnounced: number | null;
}

/** The steps of a sync. Each names the status it starts from: whoever comes second changes nothing and is told so. */
@Injectable()
export class SyncProgressRepository {
  /**
   * Keeps other processes from the sync until the transaction ends. An advisory lock, since the lock of a row would give
   * the transaction an xid, which the relay waits for, before it has written anything.
   * @returns false when another process is at it
   */
  async claim(syncId: SyncId, tx: TenantTransaction): Promise<boolean> {
    const { claimed } = await tx.one<{ claimed: boolean }>(sql`
      SELECT pg_try_advisory_xact_lock(hashtextextended('ingestion.advance:' || ${syncId}::text, 0)) AS claimed`);
    return claimed;
  }

  /** @returns false when another sync of the client is open: the unique index decides between two at the same instant */
  async begin(sync: NewSync, tx: TenantTransaction): Promise<boolean> {
    const made = await tx.execute(sql`
      INSERT INTO ingestion.sync (client_id, sync_id, business_date, dry_run, currency, bytes_announced)
      VALUES (${tx.clientId}, ${sync.syncId}, ${sync.businessDate}, ${sync.dryRun}, ${sync.currency}, ${sync.bytesAnnounced})
      ON CONFLICT (client_id) WHERE status IN ('receiving', 'staged', 'held', 'booking') DO NOTHING`);
    return made === 1;
  }

  async noteReceived(
    syncId: SyncId,
    by: { bytes: number; rows: number; faulty: number },
    tx: TenantTransaction,
  ): Promise<boolean> {
    const moved = await tx.execute(sql`
      UPDATE ingestion.sync
      SET bytes_received = ${by.bytes}, rows_read = ${by.rows}, rows_faulty = ${by.faulty}
      WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND status = 'receiving'`);
    return moved === 1;
  }

  async markStaged(
    syncId: SyncId,
    file: { sha256: string; ignoredColumns: readonly string[] },
    tx: TenantTransaction,
  ): Promise<boolean> {
    const moved = await tx.execute(sql`
      UPDATE ingestion.sync
      SET status = 'staged', file_sha256 = ${file.sha256}, ignored_columns = ${file.ignoredColumns}::text[]
      WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND status = 'receiving'`);
    return moved === 1;
  }

  /** Takes the record of an upload away whose file was booked before: sending a file again changes nothing. */
  async forget(syncId: SyncId, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      DELETE FROM ingestion.sync
      WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND status = 'receiving'`);
  }

  async fail(syncId: SyncId, error: SyncError, tx: TenantTransaction): Promise<boolean> {
    const moved = await tx.execute(sql`
      UPDATE ingestion.sync SET status = 'failed', error = ${JSON.stringify(error)}::jsonb
      WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND status IN ('receiving', 'staged')`);
    return moved === 1;
  }

  /**
   * Ends a sync whose file nobody receives any more. Only from `receiving`: between the look that found it there and the
   * look at its lock its file may have come in whole, and a staged sync is not abandoned.
   */
  async abandon(syncId: SyncId, error: SyncError, tx: TenantTransaction): Promise<boolean> {
    const moved = await tx.execute(sql`
      UPDATE ingestion.sync SET status = 'failed', error = ${JSON.stringify(error)}::jsonb
      WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND status = 'receiving'`);
    return moved === 1;
  }

  /** @param found with the hold that the file would come to */
  async endDryRun(
    syncId: SyncId,
    found: { manifest: Manifest; hold: Hold | null },
    tx: TenantTransaction,
  ): Promise<void> {
    await tx.execute(sql`
      UPDATE ingestion.sync
      SET status = 'dry_run', manifest = ${toJson(found.manifest)}::jsonb,
          hold = ${found.hold && toJson(found.hold)}::jsonb
      WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND status = 'staged'`);
  }

  async hold(syncId: SyncId, found: { manifest: Manifest; hold: Hold }, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      UPDATE ingestion.sync
      SET status = 'held', manifest = ${toJson(found.manifest)}::jsonb, hold = ${toJson(found.hold)}::jsonb
      WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND status = 'staged'`);
  }

  /** Gives the sync its place among the client's. No other can take it meanwhile: one sync of a client is open. */
  async beginBooking(
    syncId: SyncId,
    by: { manifest: Manifest | null; decidedBy: string | null },
    tx: TenantTransaction,
  ): Promise<boolean> {
    const moved = await tx.execute(sql`
      UPDATE ingestion.sync s
      SET status = 'booking', sequence = coalesce(last.sequence, 0) + 1, previous_business_date = last.business_date,
          manifest = coalesce(${by.manifest && toJson(by.manifest)}::jsonb, s.manifest),
          decided_by = ${by.decidedBy}, decided_at = CASE WHEN ${by.decidedBy}::text IS NOT NULL THEN now() END
      FROM (SELECT 1) AS always LEFT JOIN LATERAL (
        SELECT sequence, business_date FROM ingestion.sync
        WHERE client_id = ${tx.clientId} AND sequence IS NOT NULL ORDER BY sequence DESC LIMIT 1) AS last ON true
      WHERE s.client_id = ${tx.clientId} AND s.sync_id = ${syncId}
        AND s.status = ${by.decidedBy === null ? 'staged' : 'held'}`);
    return moved === 1;
  }

  async discard(syncId: SyncId, decidedBy: string, tx: TenantTransaction): Promise<boolean> {
    const moved = await tx.execute(sql`
      UPDATE ingestion.sync SET status = 'discarded', decided_by = ${decidedBy}, decided_at = now()
      WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND status = 'held'`);
    return moved === 1;
  }

  /**
   * Moves the cursor of booking, in the transaction of the chunk.
   * @returns false when somebody else has moved it since it was read: then the chunk must not be booked
   */
  async moveCursor(
    chunk: { syncId: SyncId; from: CreatorId | null; to: CreatorId | null; rows: number; events: number },
    tx: TenantTransaction,
  ): Promise<boolean> {
    const moved = await tx.execute(sql`
      UPDATE ingestion.sync
      SET booked_up_to = ${chunk.to}, rows_booked = rows_booked + ${chunk.rows},
          events_appended = events_appended + ${chunk.events}
      WHERE client_id = ${tx.clientId} AND sync_id = ${chunk.syncId} AND status = 'booking'
        AND booked_up_to IS NOT DISTINCT FROM ${chunk.from}::uuid`);
    return moved === 1;
  }

  /** Says of a half booked sync that it waits for its file, */
  async noteLoss(syncId: SyncId, error: SyncError, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      UPDATE ingestion.sync SET error = ${JSON.stringify(error)}::jsonb
      WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND status = 'booking'`);
  }

  /** and that it has it again. */
  async takeUp(syncId: SyncId, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      UPDATE ingestion.sync SET error = NULL
      WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND status = 'booking'`);
  }

  async publish(syncId: SyncId, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      UPDATE ingestion.sync SET status = 'published', published_at = now()
      WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND status = 'booking'`);
  }
}
