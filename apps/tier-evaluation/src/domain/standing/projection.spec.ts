import { describe, expect, it } from '@jest/globals';
import { aProgram, GOLD, PLATINUM, SILVER } from '../../../test/creator-history.ts';
import { projectReview } from './projection.ts';

const { ladder } = aProgram();

describe('the projected review of a Gold window', () => {
  it.each([
    [1_999n, SILVER, 'demoted', 1n],
    [2_000n, GOLD, 'maintained', 0n],
    [2_001n, GOLD, 'maintained', 0n],
    [2_999n, GOLD, 'maintained', 0n],
    [3_000n, PLATINUM, 'promoted', 0n],
    [999n, 1, 'demoted', 1_001n],
    [-1n, 1, 'demoted', 2_001n],
  ] as const)('with V = %d is tier %d, %s, %d missing', (value, projectedTier, projected, missing) => {
    expect(projectReview(GOLD, value, ladder)).toEqual({ threshold: 2_000n, missing, projectedTier, projected });
  });
});
