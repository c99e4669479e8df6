import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BOOST_STATUSES, hasReached, maySucceed, stepOf, type BoostStatus } from './boost-status.ts';

const LEGAL = [
  [null, 'scheduled'],
  ['scheduled', 'active'],
  ['active', 'expired'],
  ['expired', 'pending_info'],
  ['pending_info', 'pending_payout'],
  ['pending_payout', 'paid'],
] as const;

describe('the six states', () => {
  it('are scheduled -> active -> expired -> pending_info -> pending_payout -> paid, and no other step exists', () => {
    const steps = [null, ...BOOST_STATUSES].flatMap((from) =>
      BOOST_STATUSES.filter((to) => maySucceed(from, to)).map((to) => [from, to]),
    );
    expect(steps).toEqual(LEGAL);
  });

  it('number their steps from 1 to 6', () => expect(BOOST_STATUSES.map(stepOf)).toEqual([1, 2, 3, 4, 5, 6]));

  it('any walk of legal steps visits each state once', () => {
    const anyStatus = fc.constantFrom<BoostStatus>(...BOOST_STATUSES);
    fc.assert(
      fc.property(fc.array(anyStatus, { maxLength: 60 }), (wishes) => {
        let status: BoostStatus | null = null;
        const visited: BoostStatus[] = [];
        for (const wish of wishes) {
          if (!maySucceed(status, wish)) continue;
          status = wish;
          visited.push(wish);
        }
        expect(visited).toEqual(BOOST_STATUSES.slice(0, visited.length));
      }),
    );
  });

  it('know what they have passed', () => {
    expect(hasReached('expired', 'expired')).toBe(true);
    expect(hasReached('active', 'expired')).toBe(false);
    expect(hasReached('paid', 'expired')).toBe(true);
  });
});
