import { describe, expect, it } from '@jest/globals';
import { afterClaim } from './after-claim.ts';
import type { Offer } from './open-redemption.ts';

const offer: Offer = {
  type: 'gift_card',
  frequency: 'one_time',
  quantity: 2,
  source: 'vip_tier',
  tier: 2,
  enabled: true,
};
const claims = (ever: number, thisAchievement = ever) => ({ ever, thisAchievement, thisWeek: 0, thisMonth: 0 });

describe('what an accepted claim leaves to be done', () => {
  it.each([
    ['the last but one of a one-time right', claims(0), 'create_open_row'],
    ['the last of a one-time right', claims(1), 'nothing'],
  ] as const)('%s', (_, before, expected) => {
    expect(afterClaim(offer, 2, before)).toBe(expected);
  });

  it('counts a right of an achievement by the claims of this one', () => {
    expect(afterClaim({ ...offer, type: 'spark_ads' }, 2, claims(9, 0))).toBe('create_open_row');
    expect(afterClaim({ ...offer, type: 'spark_ads' }, 2, claims(9, 1))).toBe('nothing');
  });

  it.each(['weekly', 'monthly', 'unlimited'] as const)('a %s right is never used up', (frequency) => {
    expect(afterClaim({ ...offer, frequency, quantity: 1 }, 2, claims(9))).toBe('create_open_row');
  });

  it('a mission reward has room for a further grant, and nothing is made by the rule', () => {
    expect(afterClaim({ ...offer, source: 'mission', tier: null }, 2, claims(0))).toBe('place_mission_grant');
  });
});
