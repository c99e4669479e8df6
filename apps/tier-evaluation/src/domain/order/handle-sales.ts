import type { CalendarDate, SyncId } from '#libs/kernel';
import { dateDifference, type Difference } from '../ledger/date-entry.ts';
import type { Program } from '../program/program.ts';
import { applyEarlierPublication } from './apply-publication.ts';
import type { LedgerEntry, Progress } from './progress.ts';
import { takeSteps } from './take-steps.ts';

/** What one sync changed for one creator. */
export interface SalesOfSync {
  readonly syncId: SyncId;
  readonly syncSequence: number;
  readonly businessDate: CalendarDate;
  readonly previousBusinessDate: CalendarDate | null;
  readonly differences: readonly Difference[];
}

export function handleSales(progress: Progress, sales: SalesOfSync, program: Program): Progress {
  return takeSteps(
    applyEarlierPublication(progress, sales.businessDate, program),
    {
      reviewFirst: sales.previousBusinessDate,
      book: (openFrom) => bookSales(sales, openFrom, program.attribution),
      syncSequence: sales.syncSequence,
      date: sales.businessDate,
      cause: { kind: 'sync', syncId: sales.syncId },
    },
    program,
  );
}

/** One entry per effective date; dates whose differences cancel out have none. */
function bookSales(
  sales: SalesOfSync,
  openFrom: CalendarDate | null,
  attribution: Program['attribution'],
): readonly LedgerEntry[] {
  const byDate = new Map<CalendarDate, bigint>();
  for (const difference of sales.differences) {
    const date = dateDifference(difference, sales.businessDate, openFrom, attribution);
    byDate.set(date, (byDate.get(date) ?? 0n) + difference.value);
  }
  const entries: LedgerEntry[] = [];
  for (const [effectiveOn, value] of byDate) {
    if (value === 0n) continue;
    const { businessDate: bookedOn, syncSequence } = sales;
    entries.push({ bookedOn, effectiveOn, syncSequence, adjustmentNumber: 0, value });
  }
  return entries;
}
