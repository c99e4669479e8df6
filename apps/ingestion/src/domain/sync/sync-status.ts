/**
 * The life of a sync. The one transition table: the database's check, the API's errors and the docs are made from it.
 * A file that turns out to be another sync's leaves no record, so there is no status for it.
 */
const NEXT = {
  receiving: ['staged', 'failed'],
  staged: ['held', 'booking', 'dry_run', 'failed'],
  held: ['booking', 'discarded'],
  booking: ['published'],
  published: ['applied'],
  applied: [],
  failed: [],
  discarded: [],
  dry_run: [],
} as const satisfies Record<string, readonly string[]>;

export type SyncStatus = keyof typeof NEXT;

export const SYNC_STATUSES = Object.keys(NEXT) as readonly SyncStatus[];

/** Statuses in which a sync keeps the client's next upload waiting. */
export const OPEN_STATUSES = ['receiving', 'staged', 'held', 'booking'] as const satisfies readonly SyncStatus[];

/** Statuses of syncs whose file counts: against the same file sent again, and for the order of business dates. */
export const ACCEPTED_STATUSES = ['booking', 'published', 'applied'] as const satisfies readonly SyncStatus[];

export function mayBecome(from: SyncStatus, to: SyncStatus): boolean {
  return (NEXT[from] as readonly string[]).includes(to);
}

/** Statuses from which `to` may be reached. */
export function statusesBefore(to: SyncStatus): readonly SyncStatus[] {
  return SYNC_STATUSES.filter((from) => mayBecome(from, to));
}
