import { describe, expect, it } from '@jest/globals';
import { toRateBps } from '#libs/kernel';
import { aProgram } from '../../../test/creator-history.ts';
import { changeProgram, FROZEN_FIELDS, promotesNobody } from './change-program.ts';
import type { ProgramTerms } from './program.ts';

function tiers(...named: [string, bigint][]): ProgramTerms['tiers'] {
  return named.map(([name, threshold]) => ({ name, threshold, color: '#000000', commissionRateBps: toRateBps(0) }));
}

const before = aProgram({ tiers: tiers(['Bronze', 0n], ['Silver', 10n], ['Gold', 20n]) });

function change(after: ProgramTerms['tiers'], left = true): string {
  return changeProgram(before, { ...before, tiers: after }, left).kind;
}

describe('changing a program', () => {
  it.each(FROZEN_FIELDS)('%s is fixed in version 1', (field) => {
    expect(changeProgram(before, { ...before, [field]: 'other' }, false)).toEqual({
      kind: 'frozen_field',
      fields: [field],
    });
  });

  it('allows new thresholds, names, colours, rates, months and clearing days', () => {
    expect(change(tiers(['Bronze', 0n], ['Silver', 11n], ['Gold', 25n]))).toBe('allowed');
    expect(change(tiers(['One', 0n], ['Two', 11n], ['Three', 25n]))).toBe('allowed');
    expect(changeProgram(before, { ...before, checkpointMonths: 1, clearingDays: 0 }, true).kind).toBe('allowed');
  });

  it('allows a tier on top', () => {
    expect(change(tiers(['Bronze', 0n], ['Silver', 10n], ['Gold', 20n], ['Platinum', 30n]))).toBe('allowed');
    expect(change(tiers(['Bronze', 0n], ['Silver', 12n], ['Goldish', 20n], ['Platinum', 30n]))).toBe('allowed');
  });

  it.each([
    ['one put in between', tiers(['Bronze', 0n], ['Iron', 5n], ['Silver', 10n], ['Gold', 20n])],
    ['one put in under the highest', tiers(['Bronze', 0n], ['Silver', 10n], ['Rose', 15n], ['Gold', 20n])],
    ['one taken out', tiers(['Bronze', 0n], ['Gold', 20n])],
    ['one taken out below and one added on top', tiers(['Bronze', 0n], ['Gold', 20n], ['Platinum', 30n])],
  ])('refuses %s once a creator has left tier 1, and not before', (_, after) => {
    expect(change(after)).toBe('tier_in_use');
    expect(change(after, false)).toBe('allowed');
  });
});

describe('a version promotes nobody', () => {
  const ladder = (...thresholds: bigint[]) => aProgram({ thresholds });

  it.each([
    ['with the same thresholds', ladder(0n, 10n, 20n), true],
    ['with higher ones', ladder(0n, 11n, 20n), true],
    ['with a tier less', aProgram({ tiers: ladder(0n, 10n, 20n).tiers.slice(0, 2) }), true],
    ['with a lower one, not', ladder(0n, 11n, 19n), false],
    ['with a tier on top, not', ladder(0n, 11n, 21n, 31n), false],
  ])('%s', (_, after, nobody) => {
    expect(promotesNobody(ladder(0n, 10n, 20n), after)).toBe(nobody);
  });
});
