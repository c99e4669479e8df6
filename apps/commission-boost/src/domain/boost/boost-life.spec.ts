import { describe, expect, it } from '@jest/globals';
import { asId, toCalendarDate, toCurrency, toRateBps, type SyncId } from '#libs/kernel';
import { activateBoost } from './activate-boost.ts';
import type { BoostTerms, CompleteSync, Reading } from './boost.ts';
import { expireBoost } from './expire-boost.ts';
import { firstSyncReaching } from './first-sync-reaching.ts';

const terms: BoostTerms = {
  rateBps: toRateBps(500),
  durationDays: 30,
  tierCommissionRateBps: toRateBps(1_000),
  scheduledDate: toCalendarDate('2026-03-02'),
  clearingDays: 20,
  currency: toCurrency('USD'),
  timezone: 'America/New_York',
};

function syncAt(sequence: number, businessDate: string): CompleteSync {
  const syncId = asId<SyncId>(`00000000-0000-7000-8000-${String(sequence).padStart(12, '0')}`);
  return { sequence, syncId, businessDate: toCalendarDate(businessDate), fileSha256: 'a'.repeat(64) };
}

function reading(businessDate: string, gmvMinor: bigint): Reading {
  return { sync: syncAt(1, businessDate), gmvMinor };
}

describe('the first complete sync', () => {
  const syncs = [syncAt(1, '2026-03-01'), syncAt(2, '2026-03-04'), syncAt(3, '2026-03-04'), syncAt(4, '2026-03-11')];

  it.each([
    ['2026-03-01', 1],
    ['2026-03-02', 2],
    ['2026-03-04', 2],
    ['2026-03-05', 4],
    ['2026-03-11', 4],
  ])('on or after %s has sequence %i; a second file of a date never takes its place', (date, sequence) => {
    expect(firstSyncReaching(toCalendarDate(date), syncs)?.sequence).toBe(sequence);
  });

  it('is missing while no sync has reached the date', () => {
    expect(firstSyncReaching(toCalendarDate('2026-03-12'), syncs)).toBeUndefined();
  });
});

describe('activation', () => {
  it('is dated to the sync, not to the wish; the expiry date counts from there', () => {
    const activation = activateBoost(terms, reading('2026-03-04', 100_000n));
    expect(activation.expiryDate).toBe('2026-04-03');
    expect(activation.reading.gmvMinor).toBe(100_000n);
  });

  it('is at 14:00 client zone, before and after the clocks change', () => {
    expect(activateBoost(terms, reading('2026-03-04', 0n)).activatedAt.toISOString()).toBe('2026-03-04T19:00:00.000Z');
    expect(activateBoost(terms, reading('2026-03-09', 0n)).activatedAt.toISOString()).toBe('2026-03-09T18:00:00.000Z');
  });

  it.each([
    ['2026-03-01', true],
    ['2026-03-02', false],
    ['2026-03-03', false],
  ])('by a sync of %s is refused: %p', (businessDate, refused) => {
    const activate = () => activateBoost(terms, reading(businessDate, 0n));
    if (refused) expect(activate).toThrow(RangeError);
    else expect(activate()).toBeDefined();
  });
});

describe('expiry', () => {
  const activation = activateBoost(terms, reading('2026-03-02', 100_000n));

  it.each([
    ['2026-03-31', true],
    ['2026-04-01', false],
    ['2026-06-01', false],
  ])('by a sync of %s is refused: %p', (businessDate, refused) => {
    const expire = () => expireBoost(terms, activation, reading(businessDate, 100_000n));
    if (refused) expect(expire).toThrow(RangeError);
    else expect(expire()).toBeDefined();
  });

  it('pays 2,875 for 57,500 at 500 bps', () => {
    expect(expireBoost(terms, activation, reading('2026-04-01', 157_500n))).toMatchObject({
      deltaMinor: 57_500n,
      calculatedPayoutMinor: 2_875n,
    });
  });

  it('stores a negative delta with its sign, and pays 0', () => {
    expect(expireBoost(terms, activation, reading('2026-04-01', 90_000n))).toMatchObject({
      deltaMinor: -10_000n,
      calculatedPayoutMinor: 0n,
    });
  });
});
