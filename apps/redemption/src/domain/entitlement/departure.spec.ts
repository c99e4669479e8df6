import { describe, expect, it } from '@jest/globals';
import { sumUpSteps } from './departure.ts';

const step = (tierBefore: number, tierAfter: number, tierVersion: number) => ({ tierBefore, tierAfter, tierVersion });

describe('a run of tier changes', () => {
  it('is its last step', () => {
    expect(sumUpSteps([step(3, 2, 4)], { tier: 3, tierVersion: 3 })).toEqual({
      tier: 2,
      tierVersion: 4,
      reason: 'tier_change_tier_3_to_tier_2',
    });
  });

  it('is nothing when every version is stale', () => {
    expect(sumUpSteps([step(3, 2, 4), step(2, 1, 5)], { tier: 1, tierVersion: 5 })).toBeUndefined();
  });

  it('gives rows of the tier left the step that left it, also when more steps follow', () => {
    const move = sumUpSteps([step(3, 2, 4), step(2, 1, 5)], { tier: 3, tierVersion: 3 });
    expect(move).toEqual({ tier: 1, tierVersion: 5, reason: 'tier_change_tier_3_to_tier_2' });
  });

  it('gives the last departure when the tier was left twice', () => {
    const move = sumUpSteps([step(3, 2, 4), step(2, 3, 5), step(3, 4, 6)], { tier: 3, tierVersion: 3 });
    expect(move).toEqual({ tier: 4, tierVersion: 6, reason: 'tier_change_tier_3_to_tier_4' });
  });

  it('is a new achievement also where the tier ends the same', () => {
    const move = sumUpSteps([step(2, 3, 4), step(3, 2, 5)], { tier: 2, tierVersion: 3 });
    expect(move).toMatchObject({ tier: 2, tierVersion: 5 });
  });

  it('bridges a gap with what is known', () => {
    const move = sumUpSteps([step(4, 2, 7)], { tier: 3, tierVersion: 5 });
    expect(move).toEqual({ tier: 2, tierVersion: 7, reason: 'tier_change_tier_3_to_tier_2' });
  });
});
