import { describe, expect, it } from '@jest/globals';
import { toRateBps } from '#libs/kernel';
import { aProgram } from '../../../test/creator-history.ts';
import { listChanges } from './list-changes.ts';

const before = aProgram();

describe('the changes of a version', () => {
  it('are none when nothing differs', () => {
    expect(listChanges(before, aProgram({ version: 2 }))).toEqual([]);
  });

  it('name each field and each tier’s field by its place in the body', () => {
    const tiers = before.tiers.map((tier, place) =>
      place === 2 ? { ...tier, name: 'Rose', threshold: 1_500n, commissionRateBps: toRateBps(9) } : tier,
    );
    expect(listChanges(before, { ...before, checkpointMonths: 6, clearingDays: 0, tiers })).toEqual([
      { pointer: '/checkpointMonths', field: 'checkpointMonths', before: 4, after: 6 },
      { pointer: '/clearingDays', field: 'clearingDays', before: 20, after: 0 },
      { pointer: '/tiers/2/name', field: 'name', before: 'Tier 3', after: 'Rose' },
      { pointer: '/tiers/2/threshold', field: 'threshold', before: 2_000n, after: 1_500n },
      { pointer: '/tiers/2/commissionRateBps', field: 'commissionRateBps', before: 1_200, after: 9 },
    ]);
  });

  it('show a tier that comes or goes whole', () => {
    const more = aProgram({ thresholds: [0n, 1_000n, 2_000n, 3_000n, 4_000n] });
    expect(listChanges(before, more)).toEqual([
      { pointer: '/tiers/4', field: 'tier', before: null, after: more.tiers[4] },
    ]);
    expect(listChanges(more, before)).toEqual([
      { pointer: '/tiers/4', field: 'tier', before: more.tiers[4], after: null },
    ]);
  });
});
