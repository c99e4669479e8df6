import { toCalendarDate } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FREQUENCIES, REWARD_TYPES, type RewardType } from '../reward/reward.ts';
import { checkQuota, rightUsedUp, type ClaimCounts, type Right } from './right.ts';

const none: ClaimCounts = { ever: 0, thisAchievement: 0, thisWeek: 0, thisMonth: 0 };
const wednesday = toCalendarDate('2026-03-25');
const right = (type: RewardType, frequency: Right['frequency'], quantity: number | null): Right => ({
  type,
  frequency,
  quantity,
});

describe('a one-time right', () => {
  it.each(['gift_card', 'physical_gift', 'experience'] as const)('to a %s is used up for ever', (type) => {
    expect(rightUsedUp(right(type, 'one_time', 1), { ever: 1, thisAchievement: 0 })).toBe(true);
    expect(rightUsedUp(right(type, 'one_time', 1), { ever: 0, thisAchievement: 0 })).toBe(false);
  });

  it.each(['commission_boost', 'spark_ads', 'discount'] as const)('to a %s is renewed by an achievement', (type) => {
    expect(rightUsedUp(right(type, 'one_time', 1), { ever: 5, thisAchievement: 0 })).toBe(false);
    expect(rightUsedUp(right(type, 'one_time', 1), { ever: 5, thisAchievement: 1 })).toBe(true);
  });

  it.each([
    [2, false],
    [3, true],
    [4, true],
  ])('of quantity 3 after %d claims: used up %p', (claims, usedUp) => {
    const counts = { ...none, ever: claims };
    expect(rightUsedUp(right('gift_card', 'one_time', 3), counts)).toBe(usedUp);
    expect(checkQuota(right('gift_card', 'one_time', 3), counts, wednesday).kind).toBe(usedUp ? 'reached' : 'free');
  });

  it('is not renewed by time', () => {
    const counts = { ...none, ever: 1 };
    expect(checkQuota(right('gift_card', 'one_time', 1), counts, wednesday)).toEqual({
      kind: 'reached',
      resetsAt: null,
    });
  });
});

describe('a right that renews by itself', () => {
  it.each(['weekly', 'monthly', 'unlimited'] as const)('%s is never used up', (frequency) => {
    const counts = { ...none, ever: 99, thisAchievement: 99 };
    expect(rightUsedUp(right('gift_card', frequency, frequency === 'unlimited' ? null : 1), counts)).toBe(false);
  });

  it('weekly counts the week from Sunday and resets on the next one', () => {
    const weekly = right('spark_ads', 'weekly', 2);
    expect(checkQuota(weekly, { ...none, thisWeek: 1, ever: 9 }, wednesday)).toEqual({ kind: 'free', left: 1 });
    expect(checkQuota(weekly, { ...none, thisWeek: 2 }, wednesday)).toEqual({
      kind: 'reached',
      resetsAt: '2026-03-29',
    });
    expect(checkQuota(weekly, { ...none, thisWeek: 2 }, toCalendarDate('2026-03-29'))).toEqual({
      kind: 'reached',
      resetsAt: '2026-04-05',
    });
  });

  it('monthly resets on the first of the next month, also over the year', () => {
    const monthly = right('gift_card', 'monthly', 1);
    expect(checkQuota(monthly, { ...none, thisMonth: 1 }, wednesday)).toMatchObject({ resetsAt: '2026-04-01' });
    expect(checkQuota(monthly, { ...none, thisMonth: 1 }, toCalendarDate('2026-12-31'))).toMatchObject({
      resetsAt: '2027-01-01',
    });
  });

  it('unlimited is always free', () => {
    const counts = { ever: 1e6, thisAchievement: 1e6, thisWeek: 1e6, thisMonth: 1e6 };
    expect(checkQuota(right('discount', 'unlimited', null), counts, wednesday)).toEqual({ kind: 'free', left: null });
  });
});

it('a right that is used up has no quota left, and a one-time right without quota is used up', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...REWARD_TYPES),
      fc.constantFrom(...FREQUENCIES),
      fc.integer({ min: 1, max: 10 }),
      fc.record({ ever: fc.nat(12), thisAchievement: fc.nat(12), thisWeek: fc.nat(12), thisMonth: fc.nat(12) }),
      (type, frequency, quantity, counts) => {
        const held = right(type, frequency, frequency === 'unlimited' ? null : quantity);
        const reached = checkQuota(held, counts, wednesday).kind === 'reached';
        if (rightUsedUp(held, counts)) expect(reached).toBe(true);
        if (frequency === 'one_time') expect(rightUsedUp(held, counts)).toBe(reached);
      },
    ),
  );
});
