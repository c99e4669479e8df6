/** What one creator has in a file. */
export interface CreatorRows {
  readonly handle: string;
  /** New and changed videos. */
  readonly rows: number;
  /** Different post dates of those. */
  readonly postDates: number;
}

/** All of a creator is booked in one transaction, which other clients' work waits for. */
export const MOST_ROWS = 100_000;
/** A creator's event has up to two differences a date, of at most 210 bytes each: half of what a topic takes. */
export const MOST_POST_DATES = 20_000;

/** Why a file can not be booked: it has more of one creator than one transaction and one event may carry. */
export function judgeLargest({ handle, rows, postDates }: CreatorRows): string | undefined {
  if (rows > MOST_ROWS) return `${handle} has ${rows} new or changed videos in the file, and may have ${MOST_ROWS}`;
  if (postDates > MOST_POST_DATES) {
    return `${handle} has videos of ${postDates} post dates in the file, and may have ${MOST_POST_DATES}`;
  }
  return undefined;
}
