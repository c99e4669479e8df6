import fc from 'fast-check';
import { addDays, addMonths, type CalendarDate } from '#libs/kernel';
import { day, type Sales } from '../creator-history.ts';
import type { RacingAdjustment } from './serial-orders.ts';

/** The creator reaches Silver with the first sync; the first of the racing syncs is about its first due date. */
export interface DrawnRace {
  readonly checkpointMonths: number;
  readonly attribution: 'ledger' | 'post_date';
  readonly before: readonly { readonly date: CalendarDate; readonly sales: Sales }[];
  readonly racing: readonly { readonly date: CalendarDate; readonly sales: Sales | undefined }[];
  readonly adjustments: readonly RacingAdjustment[];
}

const START = day('2025-01-31');

const hundreds = (from: number, to: number): fc.Arbitrary<bigint> =>
  fc.integer({ min: from, max: to }).map((value) => BigInt(value) * 100n);

export const race: fc.Arbitrary<DrawnRace> = fc
  .record({
    checkpointMonths: fc.constantFrom(1, 1, 4),
    attribution: fc.constantFrom('ledger', 'ledger', 'post_date'),
    reached: hundreds(10, 24),
    since: hundreds(-3, 12),
    firstAfterDue: fc.constantFrom(-1, 0, 0, 1, 5),
    secondAfter: fc.constantFrom(0, 1, 20, 31, 40),
    brought: fc.array(
      fc.option(fc.record({ value: hundreds(-10, 20), lateBy: fc.option(fc.constantFrom(1, 3, 25)) }), { freq: 4 }),
      { minLength: 2, maxLength: 2 },
    ),
    adjustments: fc.array(
      fc.record({
        value: hundreds(-12, 24).filter((value) => value !== 0n),
        on: fc.option(fc.constantFrom('due date', 'day before', 'first racing sync', 'sync before'), { freq: 2 }),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  })
  .map(({ checkpointMonths, attribution, reached, since, firstAfterDue, secondAfter, brought, adjustments }) => {
    const due = addMonths(START, checkpointMonths);
    const [sinceOn, first] = [addDays(due, -9), addDays(due, firstAfterDue)];
    const dates = [first, addDays(first, secondAfter)];
    const named = {
      'due date': due,
      'day before': addDays(due, -1),
      'first racing sync': first,
      'sync before': sinceOn,
    };
    return {
      checkpointMonths,
      attribution,
      before: [
        { date: START, sales: reached },
        { date: sinceOn, sales: since },
      ],
      racing: dates.map((date, index) => ({ date, sales: salesOn(date, brought[index]) })),
      adjustments: adjustments.map(({ value, on }) => ({ value, effectiveOn: on && named[on] })),
    };
  });

function salesOn(
  date: CalendarDate,
  drawn: { value: bigint; lateBy: number | null } | null | undefined,
): Sales | undefined {
  if (!drawn) return undefined;
  return drawn.lateBy === null ? drawn.value : { [`+${addDays(date, -drawn.lateBy)}`]: drawn.value };
}
