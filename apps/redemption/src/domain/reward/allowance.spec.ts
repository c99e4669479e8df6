import { describe, expect, it } from '@jest/globals';
import { changeAllowance, checkRewardTier, readAllowance } from './allowance.ts';

describe('frequency and quantity', () => {
  it.each(['one_time', 'weekly', 'monthly'] as const)('%s takes 1 to 10, 1 where nothing is said', (frequency) => {
    expect(readAllowance(frequency, undefined)).toEqual({ kind: 'allowance', allowance: { frequency, quantity: 1 } });
    for (const quantity of [1, 10]) {
      expect(readAllowance(frequency, quantity)).toEqual({ kind: 'allowance', allowance: { frequency, quantity } });
    }
    for (const quantity of [0, 11, 1.5, -1, null]) {
      expect(readAllowance(frequency, quantity)).toMatchObject({ kind: 'faults', faults: [{ pointer: '/quantity' }] });
    }
  });

  it('unlimited has none', () => {
    expect(readAllowance('unlimited', undefined)).toMatchObject({ allowance: { quantity: null } });
    expect(readAllowance('unlimited', 1)).toMatchObject({ faults: [{ pointer: '/quantity', code: 'not_allowed' }] });
  });

  it('a change of frequency keeps the quantity where it still means something', () => {
    const weekly = { frequency: 'weekly', quantity: 3 } as const;
    expect(changeAllowance(weekly, { frequency: 'monthly' })).toMatchObject({ allowance: { quantity: 3 } });
    expect(changeAllowance(weekly, { frequency: 'unlimited' })).toMatchObject({ allowance: { quantity: null } });
    expect(changeAllowance(weekly, { quantity: 5 })).toMatchObject({ allowance: { frequency: 'weekly', quantity: 5 } });
    expect(changeAllowance({ frequency: 'unlimited', quantity: null }, { frequency: 'weekly' })).toMatchObject({
      allowance: { quantity: 1 },
    });
    expect(changeAllowance(weekly, { frequency: 'unlimited', quantity: 2 })).toMatchObject({ kind: 'faults' });
  });
});

describe('the tier of a reward', () => {
  it.each([1, 4])('is a tier of the program: %d of 4', (tier) =>
    expect(checkRewardTier('vip_tier', tier, 4)).toEqual([]),
  );
  it.each([0, 5, 1.5])('is not %d of 4', (tier) => expect(checkRewardTier('mission', tier, 4)).toHaveLength(1));
  it('may be left out by a mission reward alone', () => {
    expect(checkRewardTier('mission', null, 4)).toEqual([]);
    expect(checkRewardTier('vip_tier', null, 4)).toMatchObject([{ pointer: '/tier', code: 'required' }]);
  });
});
