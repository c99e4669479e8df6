import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shareHalfUp, toRateBps } from './rate.ts';

describe('a share of an amount', () => {
  it.each([
    [57_500n, 500, 2_875n],
    [10_010n, 500, 501n],
    [10_009n, 500, 500n],
    [1n, 5_000, 1n],
    [1n, 4_999, 0n],
    [0n, 10_000, 0n],
  ])('of %s at %i bps is %s, rounded half up once', (minor, bps, share) => {
    expect(shareHalfUp(minor, toRateBps(bps))).toBe(share);
  });

  it('lies within half a minor unit of the exact rational and never falls as the amount rises', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 15n), fc.integer({ min: 0, max: 10_000 }), (minor, bps) => {
        const rate = toRateBps(bps);
        const twiceOff = 2n * (shareHalfUp(minor, rate) * 10_000n - minor * BigInt(bps));
        expect(twiceOff > -10_000n && twiceOff <= 10_000n).toBe(true);
        expect(shareHalfUp(minor + 1n, rate) >= shareHalfUp(minor, rate)).toBe(true);
      }),
    );
  });

  it.each([-1, 10_001, 0.5, Number.NaN])('refuses a rate of %p', (bps) => {
    expect(() => toRateBps(bps)).toThrow(RangeError);
  });

  it('refuses a negative amount: a loss pays nothing by rule, not by rounding', () => {
    expect(() => shareHalfUp(-1n, toRateBps(500))).toThrow(RangeError);
  });
});
