import { describe, expect, it } from '@jest/globals';
import { sliceCount, slicesBetween } from './slices.ts';

describe('the slices of a job', () => {
  it.each([
    [0, 1],
    [1, 1],
    [1_000, 1],
    [1_001, 2],
    [11_000, 11],
    [12_001, 12],
    [5_000_000, 12],
  ])('of %d members are %d', (members, slices) => {
    expect(sliceCount(members, 12)).toBe(slices);
  });

  it('leave no creator out and meet none twice', () => {
    const [a, b] = ['5fffffff-0000-0000-0000-000000000000', 'a0000000-0000-0000-0000-000000000000'];
    const slices = slicesBetween([a, b]);
    expect(slices.map(({ until }) => until)).toEqual([a, b, 'ffffffff-ffff-ffff-ffff-ffffffffffff']);
    expect(slices.map(({ after }) => after)).toEqual(['00000000-0000-0000-0000-000000000000', a, b]);
    expect(slicesBetween([])).toHaveLength(1);
  });
});
