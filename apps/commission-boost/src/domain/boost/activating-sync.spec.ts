import { describe, expect, it } from '@jest/globals';
import { addDays, asId, toCalendarDate, type SyncId } from '#libs/kernel';
import fc from 'fast-check';
import { activatingSync, type Span } from './activating-sync.ts';
import type { CompleteSync } from './boost.ts';
import { firstSyncReaching } from './first-sync-reaching.ts';

const DAY_0 = toCalendarDate('2026-01-01');

/** One sync a day from the first on, sequences from 1. */
const syncs: CompleteSync[] = Array.from({ length: 30 }, (_, day) => ({
  sequence: day + 1,
  syncId: asId<SyncId>(`00000000-0000-7000-8000-${String(day).padStart(12, '0')}`),
  businessDate: addDays(DAY_0, day),
  fileSha256: 'a'.repeat(64),
}));

const terms = (day: number, durationDays: number) => ({ scheduledDate: addDays(DAY_0, day), durationDays });
const sequenceOf = (day: number, durationDays: number, others: readonly Span[]) =>
  activatingSync(terms(day, durationDays), syncs, others)?.sequence;

describe('the sync that activates a boost', () => {
  it.each([
    ['no other boost', [], 6],
    ['one that ended there', [{ from: 1, until: 6 }], 6],
    ['one that begins where this one ends', [{ from: 13, until: 20 }], 6],
    ['one that ran then: where it ended', [{ from: 3, until: 9 }], 9],
    ['one that began during it', [{ from: 12, until: 19 }], 19],
    [
      'two in a row',
      [
        { from: 9, until: 16 },
        { from: 3, until: 9 },
      ],
      16,
    ],
    [
      'two with room between them',
      [
        { from: 16, until: 23 },
        { from: 3, until: 9 },
      ],
      9,
    ],
    [
      'two with too little room',
      [
        { from: 15, until: 22 },
        { from: 3, until: 9 },
      ],
      22,
    ],
  ] as const)('of 7 days from the 6th on, with %s', (_case, others, expected) => {
    expect(sequenceOf(5, 7, others)).toBe(expected);
  });

  it('is missing while none has reached the date', () => expect(sequenceOf(30, 7, [])).toBeUndefined());

  it('never lets two boosts share a sale, and is the first that does not', () => {
    const span = fc.tuple(fc.integer({ min: 1, max: 29 }), fc.integer({ min: 1, max: 8 }));
    fc.assert(
      fc.property(
        fc.array(span, { maxLength: 4 }),
        fc.nat(25),
        fc.integer({ min: 1, max: 9 }),
        (lengths, day, days) => {
          const others = apart(lengths);
          const sync = activatingSync(terms(day, days), syncs, others);
          if (sync === undefined) return;
          const until =
            firstSyncReaching(addDays(sync.businessDate, days), syncs)?.sequence ?? Number.POSITIVE_INFINITY;
          expect(others.filter((other) => sync.sequence < other.until && other.from < until)).toEqual([]);
          const ideal = firstSyncReaching(addDays(DAY_0, day), syncs);
          const allowed = [ideal?.sequence, ...others.map((other) => other.until)];
          expect(allowed).toContain(sync.sequence);
        },
      ),
    );
  });
});

/** Spans one after the other, cut off at the last sync. */
function apart(lengths: readonly (readonly [number, number])[]): Span[] {
  let free = 1;
  return lengths.flatMap(([gap, length]) => {
    const from = free + (gap % 5);
    free = from + length;
    return free <= 30 ? [{ from, until: free }] : [];
  });
}
