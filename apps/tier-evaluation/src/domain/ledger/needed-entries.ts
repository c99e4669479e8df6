import type { CalendarDate } from '#libs/kernel';
import type { Program } from '../program/program.ts';
import type { Standing } from '../standing/standing.ts';

/**
 * The date from which a creator's entries must be known to handle what happens between two dates: from the window's
 * start if its review falls due, else from the first date, the earliest that a promotion can be dated to.
 */
export function entriesNeededFrom(
  standing: Standing,
  dates: { readonly first: CalendarDate; readonly last: CalendarDate },
  program: Program,
): CalendarDate {
  const { window, bookedThrough } = standing;
  let from = dates.first;
  if (window !== null && window.due !== null && window.due <= dates.last && window.start < from) from = window.start;
  if (standing.programVersion < program.version && bookedThrough !== null && bookedThrough < from) from = bookedThrough;
  return from;
}

/** False if no entry can be dated on or after the date: nothing is dated after the date it was booked on. */
export function mayHaveEntriesFrom(standing: Standing, from: CalendarDate): boolean {
  return standing.bookedThrough !== null && standing.bookedThrough >= from;
}
