import { describe, expect, it } from '@jest/globals';
import { day } from '../../../test/creator-history.ts';
import { DaySums } from './day-sums.ts';

const sums = new DaySums(day('2026-01-10'), [
  { date: day('2026-01-10'), value: 5n, adjustments: 0 },
  { date: day('2026-01-20'), value: -7n, adjustments: 1 },
]);

describe('day sums', () => {
  it('are half-open: the first day is in, the last is out', () => {
    expect(sums.between(day('2026-01-10'), day('2026-01-20'))).toEqual({ value: 5n, adjustments: 0 });
    expect(sums.between(day('2026-01-11'), day('2026-01-21'))).toEqual({ value: -7n, adjustments: 1 });
    expect(sums.between(day('2026-01-10'), null)).toEqual({ value: -2n, adjustments: 1 });
  });

  it('refuse to add up days that were not loaded', () => {
    expect(() => sums.between(day('2026-01-09'), null)).toThrow('loaded from 2026-01-10');
  });
});
