import { describe, expect, it } from '@jest/globals';
import { aProgram, day, GOLD, SILVER } from '../../../test/creator-history.ts';
import { RecordedHistory } from '../../../test/recorded-history.ts';
import type { KnownAt } from './creator-record.ts';
import { viewRecord } from './view-record.ts';

/** `asOf` and the number of the sync that is known; none: everything. */
function viewed(history: RecordedHistory, asOf: string, sequence?: number) {
  const knownAt: KnownAt | null = sequence === undefined ? null : (history.syncs[sequence - 1] ?? null);
  const visible = viewRecord(history.record(), { asOf: day(asOf), knownAt });
  return {
    decisions: visible.decisions.map(({ kind, decidedFor }) => `${kind} ${decidedFor}`),
    values: visible.entries.map(({ value }) => value),
    program: visible.program?.version,
  };
}

describe('a review that a later sync made', () => {
  // Silver from 1 November; due on 1 March, which only the file of 5 March reaches. It dates 900 into the window.
  const history = new RecordedHistory()
    .sync('2024-11-01', 1_000n)
    .sync('2025-02-26', 50n)
    .sync('2025-03-05', { '+2025-02-20': 900n, '2025-03-05': 40n });

  it.each([
    ['2025-02-28', undefined, ['promotion 2024-11-01'], [1_000n, 50n]],
    ['2025-03-01', undefined, ['promotion 2024-11-01', 'checkpoint 2025-03-01'], [1_000n, 50n, 900n]],
    ['2025-03-04', undefined, ['promotion 2024-11-01', 'checkpoint 2025-03-01'], [1_000n, 50n, 900n]],
    ['2025-03-05', undefined, ['promotion 2024-11-01', 'checkpoint 2025-03-01'], [1_000n, 50n, 900n, 40n]],
    ['2025-03-04', 3, ['promotion 2024-11-01', 'checkpoint 2025-03-01'], [1_000n, 50n, 900n]],
    ['2025-03-04', 2, ['promotion 2024-11-01'], [1_000n, 50n]],
    ['2025-03-05', 2, ['promotion 2024-11-01'], [1_000n, 50n]],
    ['2025-03-05', 1, ['promotion 2024-11-01'], [1_000n]],
  ])('as of %s, knowing sync %s', (asOf, sequence, decisions, values) => {
    expect(viewed(history, asOf, sequence)).toMatchObject({ decisions, values });
  });
});

describe('two syncs of one date', () => {
  const history = new RecordedHistory().sync('2025-01-15', 1_000n).sync('2025-01-15', 1_200n);

  it('are two moments of knowledge of the same date', () => {
    expect(viewed(history, '2025-01-15', 1)).toMatchObject({ decisions: ['promotion 2025-01-15'], values: [1_000n] });
    expect(viewed(history, '2025-01-15', 2)).toMatchObject({
      decisions: ['promotion 2025-01-15', 'promotion 2025-01-15'],
      values: [1_000n, 1_200n],
    });
  });
});

describe('an adjustment between two syncs', () => {
  const history = new RecordedHistory().sync('2025-01-15', 700n).adjust(300n, '2025-01-10').sync('2025-01-22', 5n);

  it.each([
    ['2025-01-15', undefined, ['promotion 2025-01-15'], [700n, 300n]],
    ['2025-01-14', undefined, [], []],
    ['2025-01-22', 1, [], [700n]],
    ['2025-01-15', 2, ['promotion 2025-01-15'], [700n, 300n]],
    ['2025-01-22', 2, ['promotion 2025-01-15'], [700n, 300n, 5n]],
  ])(
    'counts as booked on the day it was made, and is known from the next sync on: %s, sync %s',
    (asOf, sequence, decisions, values) => {
      expect(viewed(history, asOf, sequence)).toMatchObject({ decisions, values });
    },
  );
});

describe('a program published between two syncs', () => {
  const history = new RecordedHistory()
    .sync('2025-01-15', 700n)
    .publish({ tiers: aProgram({ thresholds: [0n, 500n, 1_500n, 3_000n] }).tiers })
    .sync('2025-01-22');

  it.each([
    ['2025-01-14', undefined, 1, []],
    ['2025-01-15', undefined, 2, ['promotion 2025-01-15']],
    ['2025-01-15', 1, 1, []],
    ['2025-01-15', 2, 2, ['promotion 2025-01-15']],
    ['2025-01-22', 1, 1, []],
  ])('is in force from its date on, known with the next sync: %s, sync %s', (asOf, sequence, program, decisions) => {
    expect(viewed(history, asOf, sequence)).toMatchObject({ program, decisions });
  });
});

describe('sales that were held back while the program changed', () => {
  it('show the program that they were decided under, though their date is older', () => {
    const history = new RecordedHistory().sync('2025-01-08', 10n).sync('2025-01-15').sync('2025-01-22');
    const record = history.record();
    const lowered = aProgram({ version: 2, publishedOn: day('2025-01-15'), thresholds: [0n, 500n, 1_500n, 3_000n] });
    const programs = [...record.programs, { program: lowered, syncSequence: 2 }];
    const released = new RecordedHistory(lowered).sync('2025-01-08', 10n).sync('2025-01-08', 600n).record();
    const view = { asOf: day('2025-01-08'), knownAt: { sequence: 2, businessDate: day('2025-01-08') } };
    expect(viewRecord({ ...released, programs }, view)).toMatchObject({
      decisions: [{ tierAfter: SILVER, programVersion: 2 }],
      program: { version: 2 },
    });
  });
});

it('knows with a decision all those before it', () => {
  const record = new RecordedHistory().sync('2025-01-15', 1_000n).adjust(1_000n).sync('2025-01-22').record();
  const [first, second] = record.decisions;
  if (first === undefined || second === undefined) throw new Error('two decisions are made');
  const late = { ...first, causingSync: { sequence: 9, businessDate: day('2025-01-22') } };
  const view = { asOf: day('2025-01-22'), knownAt: { sequence: 2, businessDate: day('2025-01-22') } };
  expect(
    viewRecord({ ...record, decisions: [late, second] }, view).decisions.map(({ tierAfter }) => tierAfter),
  ).toEqual([SILVER, GOLD]);
});
