import type { CalendarDate } from '#libs/kernel';
import type { Program } from '../program/program.ts';

/** A difference between two syncs of one creator's videos of one post date, in the program's metric. */
export interface Difference {
  readonly postDate: CalendarDate;
  /** True for videos that the sync shows for the first time. */
  readonly firstSighting: boolean;
  readonly value: bigint;
}

/**
 * The date a difference counts for: the sync's business date, a first sighting its post date unless that would reach
 * into a closed window. Under `post_date` attribution always the post date; closed decisions stand all the same.
 */
export function dateDifference(
  difference: Difference,
  businessDate: CalendarDate,
  openFrom: CalendarDate | null,
  attribution: Program['attribution'],
): CalendarDate {
  if (attribution === 'post_date') return difference.postDate;
  const open = openFrom === null || difference.postDate >= openFrom;
  return difference.firstSighting && open ? difference.postDate : businessDate;
}
