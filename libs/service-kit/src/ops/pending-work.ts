import { applyDecorators, Injectable, SetMetadata } from '@nestjs/common';

/** Says what still must happen by itself: syncs on their way, due boosts, running backfills. Counts against `settled`. */
export interface PendingWorkReporter {
  /** Numbers by kind of work (`openSyncs`); 0 or left out = nothing. What waits for a person does not count. */
  pendingWork(): Promise<Record<string, number>>;

  /** What waits for a person and is only told: held syncs, paused jobs. */
  heldWork?(): Promise<Record<string, number>>;
}

export const PENDING_WORK_METADATA = 'laurel:pending-work';

/** Declares a provider as a reporter of pending work. A service may have several; their numbers are added up. */
export function ReportsPendingWork() {
  return applyDecorators(Injectable(), SetMetadata(PENDING_WORK_METADATA, true)) as (
    target: new (...args: never[]) => PendingWorkReporter,
  ) => void;
}
