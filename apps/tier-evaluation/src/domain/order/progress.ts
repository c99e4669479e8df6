import type { CalendarDate } from '#libs/kernel';
import type { MetricValue } from '../ladder/ladder.ts';
import type { DaySums } from '../ledger/day-sums.ts';
import type { Decision } from '../standing/decision.ts';
import type { Standing } from '../standing/standing.ts';

/** A row of the day ledger to be booked. */
export interface LedgerEntry {
  /** The business date of the sync, or the programme date of the adjustment, that brought it. */
  readonly bookedOn: CalendarDate;
  /** The date it counts for. */
  readonly effectiveOn: CalendarDate;
  /** The sync that brought it; of an adjustment, the latest sync that the creator had seen. */
  readonly syncSequence: number;
  /** The creator's adjustments in order, from 1; 0 for sales. */
  readonly adjustmentNumber: number;
  readonly value: MetricValue;
}

/** A creator while events are handled: where it stands, what is known of its entries, and what is to be saved. */
export interface Progress {
  readonly standing: Standing;
  readonly entries: DaySums;
  readonly booked: readonly LedgerEntry[];
  readonly decisions: readonly Decision[];
}

export function progressFrom(standing: Standing, entries: DaySums): Progress {
  return { standing, entries, booked: [], decisions: [] };
}

export function later(a: CalendarDate | null, b: CalendarDate): CalendarDate;
export function later(a: CalendarDate | null, b: CalendarDate | null): CalendarDate | null;
export function later(a: CalendarDate | null, b: CalendarDate | null): CalendarDate | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}
