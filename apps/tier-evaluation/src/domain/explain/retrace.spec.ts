import { describe, expect, it } from '@jest/globals';
import { aProgram } from '../../../test/creator-history.ts';
import { RecordedHistory } from '../../../test/recorded-history.ts';
import type { CreatorRecord } from './creator-record.ts';
import { retrace } from './retrace.ts';

/** Gold on 15 January, and a review on 15 May of 300, 700, 250 and an adjustment: the worked case. */
function gold(): CreatorRecord {
  return new RecordedHistory(aProgram({ thresholds: [0n, 1_000n, 2_000n, 9_000n] }))
    .sync('2025-01-15', 2_300n)
    .sync('2025-01-15', 300n)
    .sync('2025-02-10', 700n)
    .sync('2025-05-14', 240n)
    .adjust(10n, '2025-05-01')
    .sync('2025-05-15', 900n)
    .record();
}

describe('a decision made again', () => {
  it('comes out as it was, from the ledger that it knew', () => {
    const record = gold();
    expect(
      retrace(record, record.decisions).map(({ told, recomputed, agrees }) => [
        told.outcome,
        recomputed?.value,
        agrees,
      ]),
    ).toEqual([
      ['promoted', 2_300n, true],
      ['demoted', 1_250n, true],
      ['promoted', 2_150n, true],
    ]);
  });

  it.each([
    ['value', { value: 1_251n }],
    ['threshold', { threshold: 1_999n }],
    ['tier', { tierAfter: 1 }],
    ['base', { base: 0n }],
    ['adjustments', { adjustmentsCounted: 0 }],
    ['window', { windowStart: null }],
  ])('tells a row whose %s is not what the ledger gives', (_what, forged) => {
    const record = gold();
    const decisions = record.decisions.map((told) => (told.kind === 'checkpoint' ? { ...told, ...forged } : told));
    expect(
      retrace(record, decisions)
        .map(({ agrees }) => agrees)
        .slice(0, 2),
    ).toEqual([true, false]);
  });

  it('tells a row when an entry that it counted is not there', () => {
    const record = gold();
    const entries = record.entries.filter(({ value }) => value !== 700n);
    const retraced = retrace({ ...record, entries }, record.decisions);
    expect(retraced[1]).toMatchObject({ agrees: false, told: { value: 1_250n }, recomputed: { value: 550n } });
  });

  it('tells a promotion that the ledger does not give', () => {
    const record = gold();
    const entries = record.entries.filter(({ value }) => value !== 2_300n);
    expect(retrace({ ...record, entries }, record.decisions)[0]).toMatchObject({ agrees: false, recomputed: null });
  });

  it('goes on from the row, whatever came out', () => {
    const record = gold();
    const decisions = record.decisions.map((told) => (told.kind === 'checkpoint' ? { ...told, base: 1_000n } : told));
    expect(retrace(record, decisions)[1]?.after).toMatchObject({
      tier: 2,
      base: 1_000n,
      window: { due: '2025-09-15' },
    });
  });
});
