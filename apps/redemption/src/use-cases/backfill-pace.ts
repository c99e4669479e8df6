export const BACKFILL_PACE = Symbol('BACKFILL_PACE');

export interface BackfillPace {
  /** Chunks that one process works on at once. */
  readonly workers: number;
  /** At most: a chunk that takes long is followed by smaller ones. */
  readonly creatorsPerChunk: number;
}
