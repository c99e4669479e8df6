import { describe, expect, it } from '@jest/globals';
import { aProgram, CreatorHistory, GOLD, SILVER } from '../../../test/creator-history.ts';

/** Silver from 2025-01-15 with P = 0, window until 2025-05-15. */
function silver(): CreatorHistory {
  const creator = new CreatorHistory().sync('2025-01-15', 1_000n);
  creator.standing = { ...creator.standing, base: 1_000n };
  return creator;
}

describe('the order of what happens to a creator', () => {
  it('a late sighting never reaches into a window that an earlier sync has closed, though the watermark was not there', () => {
    for (const watermark of [true, false]) {
      const creator = silver().sync('2025-05-20', undefined, { watermark });
      creator.sync('2025-05-25', { '+2025-05-10': 1_900n });
      expect(creator.decisions[1]).toMatchObject({ decidedFor: '2025-05-15', value: 0n, outcome: 'demoted' });
      expect(creator.ledger.at(-1)).toMatchObject({ effectiveOn: '2025-05-25', bookedOn: '2025-05-25' });
    }
  });

  it('a late sighting of the very sync that closes the window still counts in it', () => {
    const creator = silver().sync('2025-05-14').sync('2025-05-20', { '+2025-05-10': 1_900n });
    expect(creator.decisions[1]).toMatchObject({ decidedFor: '2025-05-15', value: 1_900n, outcome: 'maintained' });
    expect(creator.ledger.at(-1)).toMatchObject({ effectiveOn: '2025-05-10', bookedOn: '2025-05-20' });
  });

  it('checkpoints come before promotions, and a demoted creator is at once lifted again by what came since the due date', () => {
    const creator = silver().sync('2025-03-01', 300n).sync('2025-05-20', 1_700n);
    expect(creator.story().slice(1)).toEqual(['demoted 2->1 @2025-05-15 V=300', 'promoted 1->3 @2025-05-20 P=2000']);
    expect(creator.standing).toMatchObject({ tier: GOLD, opening: 1_700n, window: { start: '2025-05-20' } });
  });

  it('back in tier 1 a sighting is open from the day the tier began', () => {
    const creator = silver().sync('2025-05-20');
    creator.sync('2025-06-01', { '+2025-05-14': 10n, '+2025-05-15': 20n });
    expect(creator.ledger.slice(-2)).toEqual([
      expect.objectContaining({ effectiveOn: '2025-06-01', value: 10n }),
      expect.objectContaining({ effectiveOn: '2025-05-15', value: 20n }),
    ]);
  });

  it('under post_date sales of old videos count in lifetime, in P and in a later base, in no later V', () => {
    const creator = new CreatorHistory(aProgram({ attribution: 'post_date' })).sync('2025-01-15', {
      '+2025-01-15': 1_000n,
    });
    creator.sync('2025-02-01', { '+2024-12-01': 900n }).sync('2025-05-15');
    expect(creator.decisions[1]).toMatchObject({ value: 0n, outcome: 'demoted', base: 1_900n });
    creator.sync('2025-06-01', { '2024-12-01': 1_000n });
    expect(creator.standing).toMatchObject({ tier: SILVER, lifetime: 2_900n, opening: 0n });
  });

  it('a second sync of the same date is booked on that date, after its reviews', () => {
    const creator = silver().sync('2025-05-15', 100n).sync('2025-05-15', 950n);
    expect(creator.story().slice(1)).toEqual(['demoted 2->1 @2025-05-15 V=0', 'promoted 1->2 @2025-05-15 P=1050']);
    expect(creator.standing.opening).toBe(1_050n);
  });

  it('each decision knows what was booked before it: a review before the booking knows less than one after', () => {
    const creator = silver().sync('2025-03-01', 100n).sync('2025-05-20', undefined, { watermark: false });
    creator.adjust('2025-05-14', 10n);
    creator.sync('2025-05-27', 5_000n);
    expect(creator.decisions.map(({ syncSequence, adjustmentNumber }) => [syncSequence, adjustmentNumber])).toEqual([
      [1, 0],
      [2, 1],
      [4, 1],
    ]);
  });

  it('dates nothing before what the creator has already seen, when a watermark comes late', () => {
    const creator = silver().sync('2025-05-15', undefined, { watermark: false }).sync('2025-06-01', 50n);
    const { standing, decisions } = creator;
    const count = decisions.length;
    creator.watermark('2025-05-15');
    expect(creator.standing).toEqual(standing);
    expect(creator.decisions).toHaveLength(count);
  });
});
