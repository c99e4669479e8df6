import { describe, expect, it } from '@jest/globals';
import { aProgram, BRONZE, CreatorHistory, GOLD, PLATINUM, SILVER } from '../../../test/creator-history.ts';

describe('a promotion', () => {
  it('One file brings 3,250: tier 1 to 4 directly, one decision; V of the new window starts at 0. 40 more the same day: V = 40', () => {
    const creator = new CreatorHistory().sync('2025-01-15', 3_250n);
    expect(creator.decisions).toEqual([
      expect.objectContaining({
        kind: 'promotion',
        tierBefore: BRONZE,
        tierAfter: PLATINUM,
        value: 3_250n,
        threshold: 3_000n,
        windowStart: null,
        dueDate: null,
        tierVersion: 1,
        opening: 3_250n,
        cause: { kind: 'sync', syncId: '00000000-0000-4000-8000-000000000001' },
      }),
    ]);
    expect(creator.standing).toMatchObject({ window: { start: '2025-01-15', due: '2025-05-15' }, opening: 3_250n });
    creator.sync('2025-01-15', 40n).sync('2025-05-15');
    expect(creator.decisions.at(-1)).toMatchObject({ kind: 'checkpoint', value: 40n });
  });

  it.each([
    [999n, BRONZE],
    [1_000n, SILVER],
    [1_001n, SILVER],
    [1_999n, SILVER],
    [2_000n, GOLD],
    [2_001n, GOLD],
    [2_999n, GOLD],
    [3_000n, PLATINUM],
    [3_001n, PLATINUM],
  ])('P = %s is tier %i', (value, tier) => {
    expect(new CreatorHistory().sync('2025-01-15', value).standing.tier).toBe(tier);
  });

  it('never takes a tier away: a correction below the threshold waits for the checkpoint', () => {
    const creator = new CreatorHistory().sync('2025-01-15', 2_000n).sync('2025-01-20', -1_500n);
    expect(creator.standing).toMatchObject({ tier: GOLD, lifetime: 500n });
    expect(creator.decisions).toHaveLength(1);
  });

  it('opens a new window and leaves the old one, which its row names', () => {
    const creator = new CreatorHistory().sync('2025-01-15', 1_000n).sync('2025-02-20', 1_000n);
    expect(creator.decisions[1]).toMatchObject({
      windowStart: '2025-01-15',
      dueDate: '2025-05-15',
      decidedFor: '2025-02-20',
    });
    expect(creator.standing).toMatchObject({ tierVersion: 2, opening: 1_000n, window: { due: '2025-06-20' } });
  });

  it('takes into the opening only what is dated on or after the window’s start', () => {
    const creator = new CreatorHistory().sync('2025-01-10', 0n);
    creator.sync('2025-01-15', { '+2025-01-12': 700n, '+2025-01-15': 200n, '2025-01-01': 100n });
    expect(creator.standing).toMatchObject({ tier: SILVER, opening: 300n });
  });

  it('in lifetime mode opens a window that never ends', () => {
    const creator = new CreatorHistory(aProgram({ mode: 'lifetime' })).sync('2025-01-15', 1_000n).sync('2031-01-15');
    expect(creator.standing).toMatchObject({ tier: SILVER, window: { start: '2025-01-15', due: null } });
    expect(creator.decisions).toHaveLength(1);
  });
});
