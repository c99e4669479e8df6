import { describe, expect, it } from '@jest/globals';
import { toCalendarDate } from '#libs/kernel';
import { BOOST_STATUSES } from './boost-steps.ts';
import { compareBoostState, type BoostClaim } from './compare-boost-state.ts';
import { REDEMPTION_STATUSES } from './redemption-state.ts';

const SCHEDULED = toCalendarDate('2026-03-10');
const TODAY = toCalendarDate('2026-03-20');
const AGREED = {
  scheduled: ['claimed', true],
  active: ['claimed', true],
  expired: ['claimed', false],
  pending_info: ['claimed', false],
  pending_payout: ['fulfilled', false],
  paid: ['concluded', false],
} as const;

const EVERY = BOOST_STATUSES.flatMap((boost) =>
  [...REDEMPTION_STATUSES, null].flatMap((status) => [true, false].map((holdsSlot) => ({ boost, status, holdsSlot }))),
);

describe('a redemption and its boost', () => {
  it.each(EVERY)('that is $boost: $status, with the slot: $holdsSlot', ({ boost, status, holdsSlot }) => {
    const claim: BoostClaim = { boost, status, holdsSlot, scheduledDate: SCHEDULED };
    const [agreedStatus, agreedSlot] = AGREED[boost];
    const wrong = [status !== agreedStatus && 'boost_state', holdsSlot !== agreedSlot && 'boost_slot'].filter(Boolean);
    expect(compareBoostState(claim, TODAY).map(({ kind }) => kind)).toEqual(wrong);
  });

  it.each([
    ['2026-03-21', []],
    ['2026-03-20', ['boost_unheard_of']],
    ['2026-03-19', ['boost_unheard_of']],
  ])('of which nothing was heard, wanted for %s: %j', (date, expected) => {
    const claim = { boost: null, status: 'claimed', holdsSlot: true, scheduledDate: toCalendarDate(date) } as const;
    expect(compareBoostState(claim, TODAY).map(({ kind }) => kind)).toEqual(expected);
    expect(compareBoostState(claim, null)).toEqual([]);
  });
});
