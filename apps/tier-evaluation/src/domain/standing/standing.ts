import type { CalendarDate } from '#libs/kernel';
import { ENTRY_TIER, type MetricValue, type TierNumber } from '../ladder/ladder.ts';
import type { Window } from '../window/window.ts';

/** Where a creator stands: a running projection of the day ledger and the decisions, which can be made again from both. */
export interface Standing {
  readonly tier: TierNumber;
  /** Starts at 0, rises by one with each tier change. */
  readonly tierVersion: number;
  readonly reachedOn: CalendarDate | null;
  /** Null for a creator who has never left the entry tier. */
  readonly window: Window | null;
  /** What was already booked on or after the window's start when it opened; never counts as credit of the window. */
  readonly opening: MetricValue;
  readonly base: MetricValue;
  /** All entries, adjustments included. */
  readonly lifetime: MetricValue;
  /** The greatest business date handled: nothing later of this creator is dated before it. */
  readonly bookedThrough: CalendarDate | null;
  /** The client's sequence of the latest sync booked. */
  readonly syncSequence: number;
  /** The program version whose promotion rule was last applied. */
  readonly programVersion: number;
  readonly checkpointCount: number;
  readonly adjustmentCount: number;
  readonly decisionCount: number;
}

export const NEWCOMER: Standing = {
  tier: ENTRY_TIER,
  tierVersion: 0,
  reachedOn: null,
  window: null,
  opening: 0n,
  base: 0n,
  lifetime: 0n,
  bookedThrough: null,
  syncSequence: 0,
  programVersion: 0,
  checkpointCount: 0,
  adjustmentCount: 0,
  decisionCount: 0,
};

/** The first date an entry may still be dated to; null is always. A closed window never changes. */
export function openFrom(standing: Standing): CalendarDate | null {
  return standing.window?.start ?? null;
}

/** P: what counts towards a promotion. */
export function promotionValue(standing: Standing): MetricValue {
  return standing.lifetime - standing.base;
}
