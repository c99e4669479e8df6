import { describe, expect, it } from '@jest/globals';
import { readTerms, type ProgramDraft, type TierDraft } from './read-terms.ts';

const tier = (name: string, threshold: string): TierDraft => ({
  name,
  color: '#b08d57',
  threshold,
  commissionRateBps: 1_000,
});
const draft: ProgramDraft = {
  currency: 'USD',
  timezone: 'America/New_York',
  metric: 'sales',
  mode: 'checkpoint',
  checkpointMonths: 4,
  attribution: 'ledger',
  clearingDays: 20,
  tiers: [tier('Bronze', '0'), tier('Silver', '1000'), tier('Gold', '3000.50')],
};

function faultsOf(changes: Partial<ProgramDraft>): string[] {
  const reading = readTerms({ ...draft, ...changes });
  return reading.kind === 'faulty' ? reading.faults.map(({ pointer, code }) => `${pointer} ${code}`) : [];
}

describe('the terms of a program', () => {
  it('read thresholds as minor units of the currency', () => {
    const reading = readTerms(draft);
    expect(reading.kind === 'terms' && reading.terms.tiers.map(({ threshold }) => threshold)).toEqual([
      0n,
      100_000n,
      300_050n,
    ]);
  });

  it('read thresholds of a units program as whole numbers', () => {
    expect(faultsOf({ metric: 'units' })).toEqual(['/tiers/2/threshold malformed']);
    expect(faultsOf({ metric: 'units', tiers: [tier('A', '0'), tier('B', '1'), tier('C', '2')] })).toEqual([]);
  });

  it.each([
    [{ checkpointMonths: 0 }, ['/checkpointMonths out_of_range']],
    [{ checkpointMonths: 1 }, []],
    [{ checkpointMonths: 24 }, []],
    [{ checkpointMonths: 25 }, ['/checkpointMonths out_of_range']],
    [{ clearingDays: -1 }, ['/clearingDays out_of_range']],
    [{ timezone: 'Mars/Olympus' }, ['/timezone unknown_timezone']],
    [{ currency: 'XXQ' }, ['/currency unknown_currency']],
    [{ tiers: [tier('A', '0'), tier('B', '1')] }, ['/tiers out_of_range']],
    [{ tiers: ['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((name, i) => tier(name, String(i))) }, ['/tiers out_of_range']],
    [{ tiers: ['A', 'B', 'C', 'D', 'E', 'F'].map((name, i) => tier(name, String(i))) }, []],
    [{ tiers: [tier('A', '0.01'), tier('B', '1'), tier('C', '2')] }, ['/tiers/0/threshold not_zero']],
    [{ tiers: [tier('A', '0'), tier('B', '1'), tier('C', '1.00')] }, ['/tiers/2/threshold not_increasing']],
    [{ tiers: [tier('A', '0'), tier('B', '1'), tier('C', '1.01')] }, []],
    [{ tiers: [tier('A', '0'), tier('B', '1.001'), tier('C', '2')] }, ['/tiers/1/threshold malformed']],
    [{ tiers: [tier('A', '0'), tier('a ', '1'), tier('C', '2')] }, ['/tiers/1/name not_unique']],
    [{ tiers: [tier('A', '0'), { ...tier('B', '1'), color: 'red' }, tier('C', '2')] }, ['/tiers/1/color malformed']],
    [
      { tiers: [tier('A', '0'), { ...tier('B', '1'), commissionRateBps: 10_001 }, tier('C', '2')] },
      ['/tiers/1/commissionRateBps out_of_range'],
    ],
  ] as [Partial<ProgramDraft>, string[]][])('%j has the faults %j', (changes, faults) => {
    expect(faultsOf(changes)).toEqual(faults);
  });

  it('tell all faults at once', () => {
    expect(faultsOf({ timezone: '', checkpointMonths: 99, tiers: [] })).toHaveLength(3);
  });
});
