import { describe, expect, it } from '@jest/globals';
import { toRateBps } from '#libs/kernel';
import fc from 'fast-check';
import { calculatePayout } from './calculate-payout.ts';

const gmv = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
const rate = fc.integer({ min: 0, max: 10_000 }).map(toRateBps);

describe('the payout of a boost', () => {
  it.each([
    ['57,500 at 500 bps = 2,875', 57_500n, 500, 2_875n],
    ['10,010 at 500 bps = 501: half up', 10_010n, 500, 501n],
    ['just under the half stays down', 10_009n, 500, 500n],
    ['just over the half goes up', 10_011n, 500, 501n],
    ['nothing sold pays nothing', 0n, 500, 0n],
    ['one minor unit at 5,000 bps is a half, and goes up', 1n, 5_000, 1n],
    ['one minor unit at 4,999 bps is under a half', 1n, 4_999, 0n],
    ['100 % pays the delta', 123_457n, 10_000, 123_457n],
    ['1 bp of 10,000 is one', 10_000n, 1, 1n],
  ])('%s', (_case, delta, rateBps, expected) => {
    const activation = 1_000_000n;
    expect(calculatePayout(activation, activation + delta, toRateBps(rateBps)).payoutMinor).toBe(expected);
  });

  it('pays 0 for a negative delta, and keeps its sign', () => {
    expect(calculatePayout(10_000n, 9_999n, toRateBps(500))).toEqual({
      deltaMinor: -1n,
      payableMinor: 0n,
      payoutMinor: 0n,
    });
  });

  it('reads a lifetime below zero like any other', () => {
    expect(calculatePayout(-500n, 9_510n, toRateBps(500)).payoutMinor).toBe(501n);
  });

  it('is never negative, and never more than half a minor unit from the exact rational', () => {
    fc.assert(
      fc.property(gmv, gmv, rate, (before, after, bps) => {
        const { payableMinor, payoutMinor } = calculatePayout(before, after, bps);
        expect(payoutMinor).toBeGreaterThanOrEqual(0n);
        const twiceTheError = (payoutMinor * 10_000n - payableMinor * BigInt(bps)) * 2n;
        expect(twiceTheError).toBeGreaterThan(-10_000n);
        expect(twiceTheError).toBeLessThanOrEqual(10_000n);
      }),
    );
  });

  it('is monotone in the delta and in the rate', () => {
    fc.assert(
      fc.property(gmv, gmv, gmv, rate, rate, (before, one, other, slow, fast) => {
        const [less, more] = one < other ? [one, other] : [other, one];
        const [low, high] = slow < fast ? [slow, fast] : [fast, slow];
        expect(calculatePayout(before, less, low).payoutMinor).toBeLessThanOrEqual(
          calculatePayout(before, more, low).payoutMinor,
        );
        expect(calculatePayout(before, less, low).payoutMinor).toBeLessThanOrEqual(
          calculatePayout(before, less, high).payoutMinor,
        );
      }),
    );
  });

  it('depends on the difference of the readings alone', () => {
    fc.assert(
      fc.property(gmv, gmv, gmv, rate, (before, after, shift, bps) => {
        expect(calculatePayout(before + shift, after + shift, bps)).toEqual(calculatePayout(before, after, bps));
      }),
    );
  });
});
