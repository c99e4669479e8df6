import { describe, expect, it } from '@jest/globals';
import { toCalendarDate, toRateBps } from '#libs/kernel';
import type { Boost } from '../boost/boost.ts';
import { provisionalFigure } from './provisional-figure.ts';

const boost = {
  status: 'active',
  terms: { rateBps: toRateBps(500) },
  activation: { reading: { gmvMinor: 100_000n } },
} as unknown as Boost;
const asOf = toCalendarDate('2026-01-09');

describe('what an active boost would pay by now', () => {
  it.each([
    [157_500n, 57_500n, 2_875n],
    [110_010n, 10_010n, 501n],
    [99_999n, -1n, 0n],
  ])('read at %d it has gained %d and would pay %d', (gmvMinor, deltaMinor, payoutMinor) => {
    expect(provisionalFigure(boost, { businessDate: asOf, gmvMinor })).toEqual({ asOf, deltaMinor, payoutMinor });
  });

  it.each(['scheduled', 'expired', 'pending_info', 'pending_payout', 'paid'] as const)('a boost that is %s has none', (status) => {
    expect(provisionalFigure({ ...boost, status }, { businessDate: asOf, gmvMinor: 1n })).toBeNull();
  });

  it('nor has one that no complete sync can be read for', () => expect(provisionalFigure(boost, undefined)).toBeNull());
});
