import { describe, expect, it } from '@jest/globals';
import { addDays, toCalendarDate, toCurrency } from '#libs/kernel';
import { alertsAtExpiry, alertsAtFinalAmount, soldBefore, usualSince } from './alerts-at-expiry.ts';

type Ended = Parameters<typeof alertsAtExpiry>[0];

const ACTIVATED = toCalendarDate('2026-03-02');

function ended(boost: { delta: bigint; payout?: bigint; days?: number; currency?: string }): Ended {
  const { delta, payout = 10_000n, days = 30, currency = 'USD' } = boost;
  return {
    id: 'a-boost',
    creatorId: 'a-creator',
    terms: { currency: toCurrency(currency) },
    activation: { reading: { sync: { businessDate: ACTIVATED } } },
    expiry: {
      reading: { sync: { businessDate: addDays(ACTIVATED, days) } },
      deltaMinor: delta,
      calculatedPayoutMinor: payout,
    },
  } as unknown as Ended;
}

const kinds = (boost: Parameters<typeof ended>[0], before = 1_000_000n) =>
  alertsAtExpiry(ended(boost), { minor: before, days: 30 }).map(({ kind }) => kind);

describe('alerts about a boost that has expired', () => {
  it.each([
    [-1n, ['negative_delta']],
    [0n, []],
    [1n, []],
  ] as const)('a delta of %p: %j', (delta, expected) => expect(kinds({ delta })).toEqual(expected));

  it.each([
    ['USD', 299n, true],
    ['USD', 300n, false],
    ['USD', 301n, false],
    ['USD', 0n, true],
    ['JPY', 2n, true],
    ['JPY', 3n, false],
    ['KWD', 2_999n, true],
    ['KWD', 3_000n, false],
  ])('in %s a payout of %p minor units is tiny: %p', (currency, payout, tiny) => {
    expect(kinds({ delta: 5n, payout, currency })).toEqual(tiny ? ['tiny_payout'] : []);
  });

  it.each([
    ['10 times as much in as many days', 10_000n, 30, 1_000n, false],
    ['a little more', 10_001n, 30, 1_000n, true],
    ['10 times as much a day, in a week', 7_000n, 7, 3_000n, false],
    ['a little more a day, in a week', 7_001n, 7, 3_000n, true],
    ['as much as ever', 1_000n, 30, 1_000n, false],
    ['anything after nothing', 1n, 30, 0n, true],
    ['anything after returns', 1n, 30, -5_000n, true],
    ['nothing after nothing', 0n, 30, 0n, false],
    ['returns after returns', -1n, 30, -5_000n, false],
  ])('%s: %p in %i days after %p in 30 is unusual: %p', (_case, delta, days, before, unusual) => {
    expect(kinds({ delta, days }, before).includes('unusual_sales')).toBe(unusual);
  });

  it('name the figures, the boost and nobody', () => {
    expect(alertsAtExpiry(ended({ delta: 90_000n, payout: 120n }), { minor: 100n, days: 30 })).toEqual([
      {
        kind: 'tiny_payout',
        creatorId: 'a-creator',
        boostId: 'a-boost',
        subject: 'a-boost',
        facts: { payoutMinor: '120', currency: 'USD' },
      },
      {
        kind: 'unusual_sales',
        creatorId: 'a-creator',
        boostId: 'a-boost',
        subject: 'a-boost',
        facts: { soldMinor: '90000', days: 30, soldBeforeMinor: '100', daysBefore: 30, currency: 'USD' },
      },
    ]);
  });

  it('hold a newcomer’s sales against the days since it was first seen', () => {
    const boost = ended({ delta: 3_001n, days: 10 });
    const about = (minor: bigint, days: number) => alertsAtExpiry(boost, { minor, days }).map(({ kind }) => kind);
    expect([about(300n, 10), about(301n, 10), about(301n, 30)]).toEqual([['unusual_sales'], [], ['unusual_sales']]);
  });

  it('leave the sales of a lifetime out that come with a creator’s first record', () => {
    const { activation } = ended({ delta: 0n });
    const read = { ...activation, reading: { ...activation.reading, gmvMinor: 500_200n } };
    const seen = (daysBefore: number) => ({ businessDate: addDays(ACTIVATED, -daysBefore), gmvMinor: 500_000n });
    expect(soldBefore(read, 0n, seen(10))).toEqual({ minor: 200n, days: 10 });
    expect(soldBefore(read, 0n, seen(1))).toEqual({ minor: 200n, days: 1 });
    expect(soldBefore(read, 400_000n, undefined)).toEqual({ minor: 100_200n, days: 30 });
    for (const first of [seen(0), seen(-3), undefined]) {
      expect(soldBefore(read, 0n, first)).toEqual({ minor: 500_200n, days: 30 });
    }
  });

  it.each([
    [200n, 1],
    [299n, 1],
    [300n, 0],
    [0n, 0],
  ] as const)('tell of a final amount of %p: %i', (amount, count) => {
    expect(alertsAtFinalAmount(ended({ delta: 0n }), amount)).toHaveLength(count);
  });

  it('hold sales against the 30 days before the activation', () => {
    expect(usualSince(ended({ delta: 0n }).activation)).toBe('2026-01-31');
  });
});
