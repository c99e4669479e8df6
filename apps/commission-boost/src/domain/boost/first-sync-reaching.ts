import type { CalendarDate } from '#libs/kernel';
import type { CompleteSync } from './boost.ts';

/**
 * The first complete sync with a business date on or after `date`; undefined while there is none.
 * @param syncs complete syncs in the order of their sequence, in which business dates never go back. A second file of
 *   a date comes later in it and changes no reading.
 */
export function firstSyncReaching(date: CalendarDate, syncs: readonly CompleteSync[]): CompleteSync | undefined {
  return syncs.find((sync) => sync.businessDate >= date);
}
