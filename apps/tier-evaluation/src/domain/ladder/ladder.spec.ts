import { describe, expect, it } from '@jest/globals';
import { Ladder } from './ladder.ts';

const ladder = new Ladder([0n, 1_000n, 2_000n, 3_000n]);

describe('a ladder', () => {
  it.each([
    [-1n, 1],
    [0n, 1],
    [1n, 1],
    [999n, 1],
    [1_000n, 2],
    [1_001n, 2],
    [1_999n, 2],
    [2_000n, 3],
    [2_001n, 3],
    [2_999n, 3],
    [3_000n, 4],
    [3_001n, 4],
    [10n ** 15n, 4],
  ])('%s reaches tier %i', (value, tier) => {
    expect(ladder.highestReachedBy(value)).toBe(tier);
  });

  it('knows the threshold of each of its tiers and of no other', () => {
    expect([1, 2, 3, 4].map((tier) => ladder.thresholdOf(tier))).toEqual([0n, 1_000n, 2_000n, 3_000n]);
    expect(() => ladder.thresholdOf(5)).toThrow(RangeError);
    expect(() => ladder.thresholdOf(0)).toThrow(RangeError);
  });
});
