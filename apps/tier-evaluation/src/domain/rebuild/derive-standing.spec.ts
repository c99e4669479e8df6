import { describe, expect, it } from '@jest/globals';
import { aProgram, CreatorHistory, day } from '../../../test/creator-history.ts';
import { NEWCOMER, type Standing } from '../standing/standing.ts';
import { compareFacts, compareStanding, mendedStanding } from './compare-standing.ts';
import type { CreatorFacts } from './creator-facts.ts';
import { deriveStanding } from './derive-standing.ts';

const PROGRAMS = new Map([1, 2].map((version) => [version, aProgram({ version, checkpointMonths: 3 + version })]));
const REACH = { date: day('2025-12-31'), programVersion: 2 };

/** What is kept of a history, as the tables would have it. */
function factsOf(history: CreatorHistory): CreatorFacts {
  const { ledger, decisions, standing } = history;
  const sum = (of: (adjustmentNumber: number) => boolean) =>
    ledger.filter((entry) => of(entry.adjustmentNumber)).reduce((total, { value }) => total + value, 0n);
  const changed = decisions.findLastIndex(({ tierBefore, tierAfter }) => tierBefore !== tierAfter);
  const adjusted = ledger.filter(({ adjustmentNumber }) => adjustmentNumber > 0).length;
  return {
    onboardedOn: day('2025-01-15'),
    told: {
      syncSequence: standing.syncSequence,
      businessDate: standing.bookedThrough ?? day('2025-01-15'),
      programVersion: standing.programVersion,
      lifetime: sum((number) => number === 0),
    },
    ledger: {
      sales: sum((number) => number === 0),
      adjustments: sum((number) => number > 0),
      adjustmentCount: adjusted,
      firstBooked: ledger[0]?.bookedOn ?? null,
      bookedThrough: ledger.at(-1)?.bookedOn ?? null,
    },
    adjustments: { count: adjusted, value: sum((number) => number > 0), programVersion: adjusted === 0 ? 0 : 1 },
    decisions: decisions.slice(Math.max(changed, 0)),
    decisionCount: decisions.length,
    checkpointCount: decisions.filter(({ kind }) => kind === 'checkpoint').length,
    known: null,
    reviewedThrough: null,
  };
}

const onboarded = (history: CreatorHistory): Standing => ({
  ...history.standing,
  reachedOn: history.standing.reachedOn ?? day('2025-01-15'),
});

describe('a standing out of its facts', () => {
  it('is a newcomer’s where there are none', () => {
    const nothing = factsOf(new CreatorHistory());
    expect(deriveStanding({ ...nothing, told: null, onboardedOn: null }, PROGRAMS)).toEqual(NEWCOMER);
  });

  it.each([
    ['sold and never promoted', (h: CreatorHistory) => h.sync('2025-01-15', 300n).sync('2025-02-01', -20n)],
    ['promoted twice', (h: CreatorHistory) => h.sync('2025-01-15', 1_200n).sync('2025-01-15', 900n)],
    ['kept and kept again', (h: CreatorHistory) => kept(h, 3)],
    ['demoted', (h: CreatorHistory) => h.sync('2025-01-31', 2_400n).sync('2025-06-01', 10n)],
    ['demoted to the entry tier', (h: CreatorHistory) => h.sync('2025-01-31', 1_400n).sync('2025-06-01', 10n)],
    ['kept under new months', (h: CreatorHistory) => kept(h, 1).publish(PROGRAMS.get(2)!).sync('2025-09-15', 3_200n).sync('2025-10-20', 0n)], // prettier-ignore
  ])('is what the rules came to: %s', (_life, play) => {
    const history = play(new CreatorHistory(PROGRAMS.get(1)));
    expect(deriveStanding(factsOf(history), PROGRAMS)).toEqual(onboarded(history));
  });

  it('counts adjustments', () => {
    const history = new CreatorHistory(PROGRAMS.get(1)).sync('2025-01-15', 1_200n);
    history.adjust('2025-01-15', 300n);
    history.adjust('2025-01-15', -50n);
    const derived = deriveStanding(factsOf(history), PROGRAMS);
    expect(derived).toEqual(onboarded(history));
    expect([derived.adjustmentCount, derived.lifetime]).toEqual([2, 1_450n]);
  });

  it('does not guess at a program version that there is not', () => {
    const history = new CreatorHistory(PROGRAMS.get(1)).sync('2025-01-15', 1_200n);
    expect(() => deriveStanding(factsOf(history), new Map())).toThrow('version 1');
  });
});

/** Platinum, and as many checkpoints that keep it: 2025-05-31, 2025-09-30, 2026-01-31. */
function kept(history: CreatorHistory, times: number): CreatorHistory {
  history.sync('2025-01-31', 3_000n);
  for (const date of ['2025-05-31', '2025-09-30', '2026-01-31'].slice(0, times)) {
    history.sync(`${date.slice(0, 8)}15`, 3_000n).sync(date);
  }
  return history;
}

describe('a kept standing', () => {
  const history = new CreatorHistory(PROGRAMS.get(1)).sync('2025-01-15', 1_200n).sync('2025-03-01', 10n);
  const derived = onboarded(history);
  const compare = (changes: Partial<Standing>, lane = 3) =>
    compareStanding(derived, { standing: { ...derived, ...changes }, lane }, 3, REACH);

  it('agrees with what it follows from', () => {
    expect(compare({})).toEqual([]);
  });

  it('is told figure by figure where it does not', () => {
    expect(compare({ lifetime: 1_211n, tier: 3 }, 4)).toEqual([
      { kind: 'lane', expected: '3', found: '4' },
      { kind: 'lifetime', expected: '1210', found: '1211' },
      { kind: 'tier', expected: '2', found: '3' },
    ]);
    expect(compare({ window: null })).toEqual([
      { kind: 'window', expected: '2025-01-15 to 2025-05-15, the 1. of 4 months from 2025-01-15', found: 'none' },
    ]);
  });

  it.each([
    ['2025-02-28', 1],
    ['2025-03-01', 0],
    ['2025-12-31', 0],
    ['2026-01-01', 1],
  ])('may have seen dates up to the client’s latest, and none before its own: %s', (date, wrong) => {
    expect(compare({ bookedThrough: day(date) })).toHaveLength(wrong);
    const mended = mendedStanding(derived, { ...derived, bookedThrough: day(date) }, REACH);
    expect(mended.bookedThrough).toBe(wrong === 1 ? '2025-03-01' : date);
  });

  it.each([
    [0, 1],
    [1, 0],
    [2, 0],
    [3, 1],
  ])('may be under any program since its last: version %i', (version, wrong) => {
    // prettier-ignore
    expect(compare({ programVersion: version })).toHaveLength(wrong);
    const mended = mendedStanding(derived, { ...derived, programVersion: version }, REACH);
    expect(mended.programVersion).toBe(wrong === 1 ? 1 : version);
  });
});

describe('facts', () => {
  const sound = factsOf(new CreatorHistory(PROGRAMS.get(1)).sync('2025-01-15', 1_200n));
  const known = { lifetime: 1_200n, fromDate: 1_200n, inWindow: 0n, beforeDate: 0n };

  it('agree', () => {
    expect(compareFacts({ ...sound, known })).toEqual([]);
  });

  it('are told where ingestion says otherwise, or an adjustment has no entry', () => {
    const told = { ...sound.told!, lifetime: 1_199n };
    const adjustments = { count: 1, value: 5n, programVersion: 1 };
    expect(compareFacts({ ...sound, known, told, adjustments })).toEqual([
      { kind: 'ingested_total', expected: '1199', found: '1200' },
      { kind: 'adjustment_entries', expected: '1 adding up to 5', found: '0 adding up to 0' },
    ]);
  });

  it('are told where the ledger of that time gives a decision other figures', () => {
    expect(compareFacts({ ...sound, known: { ...known, lifetime: 1_300n } })).toEqual([
      { kind: 'decision_figures', expected: 'value 1300, opening 1200', found: 'value 1200, opening 1200' },
    ]);
  });
});
