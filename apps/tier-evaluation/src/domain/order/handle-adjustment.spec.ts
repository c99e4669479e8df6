import { describe, expect, it } from '@jest/globals';
import { CreatorHistory, SILVER } from '../../../test/creator-history.ts';

/** Silver from 2025-01-15 with P = 0, window until 2025-05-15; programme date 2025-02-01. */
function silver(): CreatorHistory {
  const creator = new CreatorHistory().sync('2025-01-15', 1_000n).sync('2025-02-01');
  creator.standing = { ...creator.standing, base: 1_000n };
  return creator;
}

describe('an adjustment', () => {
  it.each([
    ['2025-01-14', 'date_out_of_range'],
    ['2025-01-15', 'booked'],
    ['2025-01-16', 'booked'],
    ['2025-01-31', 'booked'],
    ['2025-02-01', 'booked'],
    ['2025-02-02', 'date_out_of_range'],
  ])('for %s, with windows open from 2025-01-15 and programme date 2025-02-01, is %s', (effectiveDate, outcome) => {
    expect(silver().adjust('2025-02-01', 5n, effectiveDate).kind).toBe(outcome);
  });

  it('tells the range that it would have been taken in', () => {
    expect(silver().adjust('2025-02-01', 5n, '2025-02-02')).toEqual({
      kind: 'date_out_of_range',
      from: '2025-01-15',
      to: '2025-02-01',
    });
    expect(new CreatorHistory().adjust('2025-02-01', 5n, '2025-02-02')).toMatchObject({ from: null });
  });

  it('counts for the programme date unless a date is given', () => {
    expect(silver().adjust('2025-02-01', 5n)).toMatchObject({ kind: 'booked', effectiveDate: '2025-02-01' });
  });

  it('may be dated to any past day of a creator who has never left tier 1', () => {
    expect(new CreatorHistory().adjust('2025-02-01', 5n, '2019-01-01').kind).toBe('booked');
  });

  it('promotes at once, dated to the programme date whatever its effective date', () => {
    const creator = new CreatorHistory().sync('2025-02-01', 700n);
    creator.adjust('2025-02-01', 300n, '2025-01-10');
    expect(creator.decisions.at(-1)).toMatchObject({
      kind: 'promotion',
      decidedFor: '2025-02-01',
      value: 1_000n,
      adjustmentsCounted: 1,
      opening: 700n,
      cause: { kind: 'adjustment' },
    });
    expect(creator.standing).toMatchObject({ tier: SILVER, window: { start: '2025-02-01', due: '2025-06-01' } });
  });

  it('is refused for a window that its own programme date closes', () => {
    const creator = silver().sync('2025-05-15', undefined, { watermark: false });
    expect(creator.adjust('2025-05-15', 999n, '2025-05-14')).toMatchObject({
      kind: 'date_out_of_range',
      from: '2025-05-15',
    });
    expect(creator.decisions).toHaveLength(1);
  });

  it('takes the creator’s own latest date for today when that is ahead of the programme date', () => {
    const creator = new CreatorHistory().sync('2025-02-01', 1_000n);
    expect(creator.adjust('2025-01-25', 1_000n)).toMatchObject({ kind: 'booked', effectiveDate: '2025-02-01' });
    expect(creator.decisions.at(-1)).toMatchObject({ decidedFor: '2025-02-01', tierAfter: 3 });
  });
});
