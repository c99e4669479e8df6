export const BACKFILL_PACE = Symbol('BACKFILL_PACE');

export interface BackfillPace {
  /** Chunks that one process works on at once. */
  readonly workers: number;
  readonly creatorsPerChunk: number;
}
