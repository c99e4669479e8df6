import { toCalendarDate } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import { decideClaim, type ClaimSituation } from './decide-claim.ts';

const sound: ClaimSituation = {
  offer: { type: 'spark_ads', frequency: 'monthly', quantity: 1, source: 'vip_tier', tier: 2, enabled: true },
  creatorTier: 2,
  row: { status: 'claimable', hidden: false },
  counts: { ever: 0, thisAchievement: 0, thisWeek: 0, thisMonth: 0 },
  programmeDate: toCalendarDate('2026-03-25'),
};

describe('a claim', () => {
  it('of an open row of the creator’s tier is accepted', () => {
    expect(decideClaim(sound)).toEqual({ kind: 'accepted' });
  });

  it.each(['claimed', 'fulfilled', 'concluded', 'rejected'] as const)('of a row that is %s is refused', (status) => {
    expect(decideClaim({ ...sound, row: { status, hidden: false } })).toMatchObject({ code: 'redemption.not_open' });
  });

  it('names the first check that fails: enabled, tier, open, quota', () => {
    const disabled = { ...sound, offer: { ...sound.offer, enabled: false }, row: { ...sound.row, hidden: true } };
    expect(decideClaim(disabled)).toMatchObject({ code: 'redemption.reward_disabled' });
    const elsewhere = { ...sound, creatorTier: 3, row: { ...sound.row, hidden: true } };
    expect(decideClaim(elsewhere)).toMatchObject({ code: 'redemption.tier_mismatch' });
    const hidden = { ...sound, row: { ...sound.row, hidden: true }, counts: { ...sound.counts, thisMonth: 1 } };
    expect(decideClaim(hidden)).toMatchObject({ code: 'redemption.not_open' });
    expect(decideClaim({ ...sound, counts: { ...sound.counts, thisMonth: 1 } })).toEqual({
      kind: 'limit_reached',
      resetsAt: '2026-04-01',
    });
  });

  it('counts a one-time boost or spark ad under the present achievement alone', () => {
    const once = { ...sound, offer: { ...sound.offer, frequency: 'one_time', quantity: 2 } as const };
    expect(decideClaim({ ...once, counts: { ...sound.counts, ever: 7, thisAchievement: 1 } }).kind).toBe('accepted');
    expect(decideClaim({ ...once, counts: { ...sound.counts, ever: 7, thisAchievement: 2 } })).toEqual({
      kind: 'limit_reached',
      resetsAt: null,
    });
  });

  it('of a mission reward that names no tier asks for none', () => {
    const mission = { ...sound, creatorTier: 1, offer: { ...sound.offer, source: 'mission', tier: null } as const };
    expect(decideClaim(mission).kind).toBe('accepted');
  });
});
