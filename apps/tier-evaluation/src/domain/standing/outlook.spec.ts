import { describe, expect, it } from '@jest/globals';
import { aProgram, CreatorHistory, GOLD, PLATINUM, SILVER } from '../../../test/creator-history.ts';
import { outlookOf } from './outlook.ts';
import { NEWCOMER } from './standing.ts';

const program = aProgram();

describe('the outlook of a creator', () => {
  it('in tier 1 knows the way up and nothing to lose', () => {
    expect(outlookOf({ ...NEWCOMER, lifetime: 400n }, 0n, program)).toEqual({
      promotionValue: 400n,
      checkpointValue: null,
      nextTier: { tier: SILVER, threshold: 1_000n, missing: 600n },
      keep: null,
      projectedTier: 1,
    });
  });

  it.each([
    [999n, 1, 1n],
    [1_000n, SILVER, 0n],
    [1_001n, SILVER, 0n],
    [-5n, 1, 1_005n],
    [3_000n, PLATINUM, 0n],
  ])('in Silver with V = %s projects tier %i, %s missing', (value, projectedTier, missing) => {
    const { standing } = new CreatorHistory().sync('2025-01-15', 1_000n);
    const outlook = outlookOf(standing, value + 1_000n, program);
    expect(outlook).toMatchObject({ checkpointValue: value, projectedTier, keep: { threshold: 1_000n, missing } });
    expect(outlook.nextTier).toEqual({ tier: GOLD, threshold: 2_000n, missing: 1_000n });
  });

  it('in the highest tier has no next one', () => {
    const { standing } = new CreatorHistory().sync('2025-01-15', 5_000n);
    expect(outlookOf(standing, 5_000n, program)).toMatchObject({ nextTier: null, projectedTier: 1 });
  });
});
