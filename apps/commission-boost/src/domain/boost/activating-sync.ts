import { addDays } from '#libs/kernel';
import type { BoostTerms, CompleteSync } from './boost.ts';
import { firstSyncReaching } from './first-sync-reaching.ts';

/** The syncs between which a boost of the creator has run: `[from, until)`, by sequence. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/**
 * The sync that activates a boost: the first complete one that has reached its scheduled date. Where another boost of
 * the creator has run then, it is the one at which that ended, for a sale is never paid twice. This happens only to a
 * claim that had to wait for the creator's slot, since the services disagreed about it.
 * @param syncs complete syncs since the scheduled date, in the order of their sequence
 * @param others of the creator's boosts that have expired, in any order; they do not overlap
 */
export function activatingSync(
  terms: Pick<BoostTerms, 'scheduledDate' | 'durationDays'>,
  syncs: readonly CompleteSync[],
  others: readonly Span[],
): CompleteSync | undefined {
  const ends = (sync: CompleteSync) =>
    firstSyncReaching(addDays(sync.businessDate, terms.durationDays), syncs)?.sequence ?? Number.POSITIVE_INFINITY;
  return others
    .toSorted((a, b) => a.from - b.from)
    .reduce(
      (sync, other) => {
        const free = sync === undefined || sync.sequence >= other.until || ends(sync) <= other.from;
        return free ? sync : syncs.find(({ sequence }) => sequence >= other.until);
      },
      firstSyncReaching(terms.scheduledDate, syncs),
    );
}
