import { LaurelError, type ErrorCode } from '#libs/contracts';
import type { CalendarDate } from '#libs/kernel';

/** A sync that this service has begun to consume and not yet applied. */
export interface RunningSync {
  readonly sequence: number;
  /** Null until ingestion has said that all of it is published. */
  readonly completed: { readonly businessDate: CalendarDate; readonly expected: number } | null;
  /** Creators whose sales of it are in. */
  readonly seen: number;
  /** Records of sales that nobody could read and that may have been this client's. */
  readonly unreadableRecords: number;
}

/** Why a program cannot change at this moment. */
export type Busy =
  | { readonly kind: 'booking' }
  | { readonly kind: 'sync'; readonly sync: RunningSync }
  | { readonly kind: 'reviews'; readonly dueBy: CalendarDate }
  | { readonly kind: 'publication'; readonly version: number };

/**
 * A program changes only between syncs, and only when the version before has reached everybody: else some creators would
 * be promoted as of one date and some as of another, or under a version that others never saw.
 */
export class ProgramBusyError extends LaurelError {
  readonly busy: Busy;

  /** @param stoodStill nothing has come for as long as the caller has waited */
  constructor(busy: Busy, stoodStill = false) {
    super(codeOf(busy), detailOf(busy, stoodStill), {
      headers: { 'Retry-After': '5' },
      extra: busy.kind === 'sync' ? { sync: onWire(busy.sync) } : {},
    });
    this.busy = busy;
  }
}

/** True if the same sync was seen twice and nothing of it has come in between: it may never be whole. */
export function standsStill(before: Busy | undefined, now: Busy): boolean {
  if (before?.kind !== 'sync' || now.kind !== 'sync') return false;
  const { sequence, seen, completed } = now.sync;
  const waits = completed !== null && seen < completed.expected;
  return waits && before.sync.sequence === sequence && before.sync.seen === seen;
}

function codeOf(busy: Busy): ErrorCode {
  return busy.kind === 'publication' ? 'program.publication_running' : 'program.sync_running';
}

function detailOf(busy: Busy, stoodStill: boolean): string {
  switch (busy.kind) {
    case 'booking':
      return 'sales are being booked at this moment; a program changes between syncs: try again when the sync is applied';
    case 'reviews':
      return `reviews due by ${busy.dueBy} are still to be made; a program changes after them: try again in a moment`;
    case 'publication':
      return `version ${busy.version} is still being carried to the creators whom it promotes: try again in a moment`;
    case 'sync':
      return stoodStill ? haltedDetail(busy.sync) : runningDetail(busy.sync);
  }
}

function runningDetail({ sequence, completed, seen }: RunningSync): string {
  const sync = completed === null ? `sync ${sequence}` : `sync ${sequence} of ${completed.businessDate}`;
  const state =
    completed === null
      ? `sales of ${seen} creators are in, and more may come`
      : seen < completed.expected
        ? `sales of ${seen} of ${completed.expected} creators are in`
        : 'all sales are in, and the reviews that it made due are being made';
  return `${sync} is being applied: ${state}; a program changes between syncs: try again when it is applied`;
}

function haltedDetail({ sequence, completed, seen, unreadableRecords }: RunningSync): string {
  const missing = (completed?.expected ?? seen) - seen;
  const why =
    unreadableRecords === 0
      ? 'if this goes on, an operator must look at it'
      : `${unreadableRecords} records of sales could not be read, and an operator must look at the parked records`;
  return (
    `sync ${sequence} of ${completed?.businessDate ?? 'an unknown date'} stands still: sales of ${missing} of ` +
    `${completed?.expected ?? seen} creators have not come, and the program cannot change before they have; ${why}`
  );
}

function onWire({ sequence, completed, seen, unreadableRecords }: RunningSync) {
  const { businessDate = null, expected = null } = completed ?? {};
  return { sequence, businessDate, seen, expected, unreadableRecords };
}
