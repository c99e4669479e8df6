import { describe, expect, it } from '@jest/globals';
import { decideRow, entitlementOf, hiddenReason, type Offer } from './open-redemption.ts';

const offer: Offer = {
  type: 'gift_card',
  frequency: 'one_time',
  quantity: 1,
  source: 'vip_tier',
  tier: 2,
  enabled: true,
};
const unused = { ever: 0, thisAchievement: 0 };
const used = { ever: 1, thisAchievement: 1 };

describe('the eager rule', () => {
  it('entitles a creator of the reward’s exact tier', () => {
    expect(entitlementOf(offer, 2, unused)).toEqual({ kind: 'entitled' });
  });

  it.each([1, 3, 6])('does not entitle a creator of tier %d to a reward of tier 2', (tier) => {
    expect(entitlementOf(offer, tier, unused)).toEqual({ kind: 'not_entitled', cause: 'tier_changed' });
  });

  it('entitles nobody to a disabled reward', () => {
    expect(entitlementOf({ ...offer, enabled: false }, 2, unused)).toEqual({
      kind: 'not_entitled',
      cause: 'reward_disabled',
    });
  });

  it('entitles nobody whose right is used up', () => {
    expect(entitlementOf(offer, 2, used)).toEqual({ kind: 'not_entitled', cause: 'right_used_up' });
  });

  it('names the first cause: tier before disabled before used up', () => {
    expect(entitlementOf({ ...offer, enabled: false }, 3, used, true)).toMatchObject({ cause: 'erased' });
    expect(entitlementOf({ ...offer, enabled: false }, 3, used)).toMatchObject({ cause: 'tier_changed' });
    expect(entitlementOf({ ...offer, enabled: false }, 2, used)).toMatchObject({ cause: 'reward_disabled' });
    expect(entitlementOf(offer, 2, used)).toMatchObject({ cause: 'right_used_up' });
  });

  it('lets rows of a mission reward follow disabling, not the tier', () => {
    const mission: Offer = { ...offer, source: 'mission' };
    expect(entitlementOf(mission, 5, used)).toEqual({ kind: 'entitled' });
    expect(entitlementOf({ ...mission, enabled: false }, 2, unused)).toMatchObject({ cause: 'reward_disabled' });
  });
});

describe('what becomes of the unclaimed row', () => {
  const entitled = { kind: 'entitled' } as const;
  const not = { kind: 'not_entitled', cause: 'reward_disabled' } as const;

  it.each([
    [entitled, 'none', 'create'],
    [entitled, 'hidden', 'bring_back'],
    [entitled, 'open', 'keep'],
    [not, 'none', 'keep'],
    [not, 'hidden', 'keep'],
    [not, 'open', 'hide'],
  ] as const)('%j with row %s: %s', (entitlement, row, action) => {
    expect(decideRow(entitlement, row, 'vip_tier')).toBe(action);
  });

  it('never makes a row of a mission reward', () => {
    expect(decideRow(entitled, 'none', 'mission')).toBe('keep');
  });
});

describe('the reason of a hidden row', () => {
  it('is the cause, where it is not the tier', () => {
    expect(hiddenReason('reward_disabled', { tier: 2, reason: null }, 2)).toBe('reward_disabled');
    expect(hiddenReason('right_used_up', { tier: 2, reason: 'reward_disabled' }, 2)).toBe('right_used_up');
    expect(hiddenReason('reward_disabled', { tier: 2, reason: 'tier_change_tier_2_to_tier_3' }, 2)).toBe(
      'reward_disabled',
    );
  });

  it.each([null, 'reward_disabled', 'right_used_up'])('is the departure, whatever stood there: %s', (reason) => {
    expect(hiddenReason('tier_changed', { tier: 3, reason }, 2)).toBe('tier_change_tier_3_to_tier_2');
  });

  it('stays the departure from the tier of the row, wherever the creator goes', () => {
    const row = { tier: 1, reason: 'tier_change_tier_1_to_tier_3' };
    expect(hiddenReason('tier_changed', row, 2)).toBe('tier_change_tier_1_to_tier_3');
  });
});
