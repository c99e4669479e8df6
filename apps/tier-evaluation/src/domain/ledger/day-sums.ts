import type { CalendarDate } from '#libs/kernel';
import type { MetricValue } from '../ladder/ladder.ts';

/** What is booked for one date. */
export interface DaySum {
  readonly date: CalendarDate;
  readonly value: MetricValue;
  /** How many adjustments are in it. */
  readonly adjustments: number;
}

/**
 * A creator's entries dated on or after `completeFrom` (null: all of them), by date. Only what a decision may need is
 * loaded; asking for an earlier date is a defect and throws, since a sum over half the days would look like a figure.
 */
export class DaySums {
  readonly completeFrom: CalendarDate | null;
  readonly #days: readonly DaySum[];

  constructor(completeFrom: CalendarDate | null, days: readonly DaySum[]) {
    this.completeFrom = completeFrom;
    this.#days = days;
  }

  with(booked: readonly DaySum[]): DaySums {
    return booked.length === 0 ? this : new DaySums(this.completeFrom, [...this.#days, ...booked]);
  }

  /** The entries dated in `[from, to)`, `to` null without end. */
  between(from: CalendarDate, to: CalendarDate | null): { readonly value: MetricValue; readonly adjustments: number } {
    if (this.completeFrom !== null && from < this.completeFrom) {
      throw new Error(`entries are loaded from ${this.completeFrom} on, not from ${from}`);
    }
    let value = 0n;
    let adjustments = 0;
    for (const day of this.#days) {
      if (day.date < from || (to !== null && day.date >= to)) continue;
      value += day.value;
      adjustments += day.adjustments;
    }
    return { value, adjustments };
  }
}
