/** Events wait for the oldest open transaction, whoever's it is: a chunk is to be done in about this time. */
const AIM_MS = 60;
const FEWEST_CREATORS = 50;
/** What takes long at once may have waited for a lock; what is quick may have had little to do. */
const LEAST_FACTOR = 0.5;
const MOST_FACTOR = 1.25;

export interface ChunkTaken {
  readonly creators: number;
  readonly tookMs: number;
}

/** How many creators the chunk after this one is to have. @param most of any chunk */
export function nextChunkSize({ creators, tookMs }: ChunkTaken, most: number): number {
  const factor = Math.min(MOST_FACTOR, Math.max(LEAST_FACTOR, AIM_MS / tookMs));
  const least = Math.min(FEWEST_CREATORS, most);
  return Math.min(most, Math.max(least, Math.round(creators * factor)));
}
