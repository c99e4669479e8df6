import type { CalendarDate, ClientId, CreatorId, Currency, SyncId } from '#libs/kernel';
import { trustedSql } from '#libs/persistence';
import type { Hold } from '../domain/hold/judge-fall.ts';
import type { Manifest } from '../domain/sync/manifest.ts';
import type { SyncStatus } from '../domain/sync/sync-status.ts';
import type { Sync, SyncError } from '../domain/sync/sync.ts';
import { holdFrom, manifestFrom, type Stored } from './manifest-json.ts';

export interface SyncRow {
  client_id: string;
  sync_id: string;
  business_date: string;
  status: string;
  dry_run: boolean;
  currency: string;
  bytes_received: string;
  bytes_announced: string | null;
  file_sha256: string | null;
  rows_read: string;
  rows_faulty: string;
  ignored_columns: string[];
  manifest: Stored<Manifest> | null;
  hold: Stored<Hold> | null;
  sequence: string | null;
  previous_business_date: string | null;
  booked_up_to: string | null;
  rows_booked: string;
  events_appended: string;
  error: SyncError | null;
}

export const SYNC_COLUMNS = trustedSql(`
  client_id, sync_id, business_date::text, status, dry_run, currency, bytes_received, bytes_announced, file_sha256,
  rows_read, rows_faulty, ignored_columns, manifest, hold, sequence, previous_business_date::text, booked_up_to,
  rows_booked, events_appended, error`);

export function syncFrom(row: SyncRow): Sync {
  return {
    clientId: row.client_id as ClientId,
    syncId: row.sync_id as SyncId,
    businessDate: row.business_date as CalendarDate,
    status: row.status as SyncStatus,
    dryRun: row.dry_run,
    currency: row.currency as Currency,
    bytesReceived: Number(row.bytes_received),
    bytesAnnounced: row.bytes_announced === null ? null : Number(row.bytes_announced),
    fileSha256: row.file_sha256,
    rowsRead: Number(row.rows_read),
    rowsFaulty: Number(row.rows_faulty),
    ignoredColumns: row.ignored_columns,
    manifest: row.manifest === null ? null : manifestFrom(row.manifest),
    hold: row.hold === null ? null : holdFrom(row.hold),
    sequence: row.sequence === null ? null : Number(row.sequence),
    previousBusinessDate: row.previous_business_date as CalendarDate | null,
    bookedUpTo: row.booked_up_to as CreatorId | null,
    rowsBooked: Number(row.rows_booked),
    eventsAppended: Number(row.events_appended),
    error: row.error,
  };
}
