import type { CalendarDate, ClientId, CreatorId, Currency, SyncId } from '#libs/kernel';
import type { Hold } from '../hold/judge-fall.ts';
import type { Manifest } from './manifest.ts';
import type { SyncStatus } from './sync-status.ts';

export interface SyncError {
  readonly code: string;
  readonly detail: string;
}

/** One upload of a client and how far it has come. */
export interface Sync {
  readonly clientId: ClientId;
  readonly syncId: SyncId;
  readonly businessDate: CalendarDate;
  readonly status: SyncStatus;
  readonly dryRun: boolean;
  readonly currency: Currency;
  readonly bytesReceived: number;
  /** As the upload announced; null when it did not. */
  readonly bytesAnnounced: number | null;
  readonly fileSha256: string | null;
  readonly rowsRead: number;
  readonly rowsFaulty: number;
  readonly ignoredColumns: readonly string[];
  /** null until the file is compared. */
  readonly manifest: Manifest | null;
  /** Of a dry run: what would hold the file. */
  readonly hold: Hold | null;
  /** Gapless per client, from 1, once booking begins. */
  readonly sequence: number | null;
  /** The business date of the client's sync before this one. */
  readonly previousBusinessDate: CalendarDate | null;
  /** Every creator up to this one is booked. */
  readonly bookedUpTo: CreatorId | null;
  readonly rowsBooked: number;
  /** creator-sales events appended by now. */
  readonly eventsAppended: number;
  readonly error: SyncError | null;
}

/** The database has lost the staged rows of a sync that is half booked: it goes on when its file is sent again. */
export function isLost(sync: Sync): boolean {
  return sync.status === 'booking' && sync.error !== null;
}
