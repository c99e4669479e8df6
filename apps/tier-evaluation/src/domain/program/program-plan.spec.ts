import { describe, expect, it } from '@jest/globals';
import { aProgram, GOLD, PLATINUM, SILVER } from '../../../test/creator-history.ts';
import { planOf } from './program-plan.ts';

const before = aProgram();
const next = aProgram({ version: 2 });

describe('the plan of a version', () => {
  it('counts outcomes under both versions, per tier and in all', () => {
    const plan = planOf(before, next, {
      promotions: [
        { from: SILVER, to: GOLD, creators: 4 },
        { from: 1, to: PLATINUM, creators: 2 },
      ],
      windows: [
        { tier: GOLD, current: GOLD, next: SILVER, creators: 7 },
        { tier: GOLD, current: 1, next: SILVER, creators: 1 },
        { tier: SILVER, current: SILVER, next: null, creators: 4 },
        { tier: SILVER, current: GOLD, next: SILVER, creators: 2 },
        { tier: SILVER, current: 1, next: 1, creators: 9 },
      ],
      setAside: 3,
    });
    expect(plan.promotions.map(({ from, to }) => [from, to])).toEqual([
      [1, PLATINUM],
      [SILVER, GOLD],
    ]);
    expect(plan.windows).toEqual({
      open: 23,
      current: { demoted: 10, maintained: 11, promoted: 2 },
      next: { demoted: 17, maintained: 2, promoted: 0, replaced: 4 },
      worse: 9,
      better: 1,
    });
    expect(plan.windowsByTier.map(({ tier, open, worse, better }) => [tier, open, worse, better])).toEqual([
      [SILVER, 15, 2, 0],
      [GOLD, 8, 7, 1],
    ]);
    const [silver] = plan.windowsByTier;
    expect(silver?.next).toEqual({ demoted: 9, maintained: 2, promoted: 0, replaced: 4 });
    expect([...(silver?.currentByTier ?? [])]).toEqual([
      [1, 9],
      [SILVER, 4],
      [GOLD, 2],
    ]);
    expect([...(silver?.nextByTier ?? [])]).toEqual([
      [1, 9],
      [SILVER, 2],
    ]);
  });

  it('of a first version has nobody in it', () => {
    expect(planOf(undefined, before, { promotions: [], windows: [], setAside: 0 })).toMatchObject({
      windows: { open: 0, worse: 0, better: 0 },
      windowsByTier: [],
    });
  });
});
