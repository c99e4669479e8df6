import { describe, expect, it } from '@jest/globals';
import { BRONZE, CreatorHistory, GOLD, PLATINUM, SILVER, aProgram } from '../../../test/creator-history.ts';

/** Gold from 2025-01-15, window until 2025-05-15. With a base of 2,000 nothing before 3,000 more promotes. */
function goldSince15January(base = 2_000n): CreatorHistory {
  const creator = new CreatorHistory().sync('2025-01-15', 2_000n);
  creator.standing = { ...creator.standing, base };
  return creator;
}

describe('a checkpoint', () => {
  it('Gold from 2025-01-15; later booked 300 (Jan 15), 700 (Feb), 250 (May 14), 900 (May 15): V = 1,250, Silver; the 900 opens the next window', () => {
    const creator = goldSince15January()
      .sync('2025-01-15', 300n)
      .sync('2025-02-10', 700n)
      .sync('2025-05-14', 250n)
      .sync('2025-05-15', 900n);
    expect(creator.decisions[1]).toMatchObject({
      kind: 'checkpoint',
      decidedFor: '2025-05-15',
      windowStart: '2025-01-15',
      dueDate: '2025-05-15',
      value: 1_250n,
      opening: 2_000n,
      threshold: 2_000n,
      tierBefore: GOLD,
      tierAfter: SILVER,
      outcome: 'demoted',
      adjustmentsCounted: 0,
    });
    // The 900 that came on the due date count towards P: 1,250 + 900 lift the creator again at once.
    expect(creator.story()).toEqual([
      'promoted 1->3 @2025-01-15 P=2000',
      'demoted 3->2 @2025-05-15 V=1250',
      'promoted 2->3 @2025-05-15 P=2150',
    ]);
  });

  it('Platinum, lifetime 6,000, V = 1,100: Silver; base 4,900, P = 1,100, no yo-yo. 900 more: P = 2,000, Gold', () => {
    const creator = new CreatorHistory().sync('2025-01-15', 4_900n).sync('2025-03-01', 1_100n).sync('2025-05-15');
    expect(creator.standing).toMatchObject({ tier: SILVER, base: 4_900n, lifetime: 6_000n, opening: 0n });
    creator.sync('2025-05-20', 0n);
    expect(creator.standing.tier).toBe(SILVER);
    creator.sync('2025-05-25', 899n);
    expect(creator.standing.tier).toBe(SILVER);
    creator.sync('2025-05-26', 1n);
    expect(creator.standing).toMatchObject({ tier: GOLD, window: { start: '2025-05-26', due: '2025-09-26' } });
    expect(creator.decisions.at(-1)).toMatchObject({ kind: 'promotion', value: 2_000n });
  });

  it('1,800 + adjustment 300 in the window: V = 2,100, Gold kept; the next window starts at 0, not 300', () => {
    const kept = goldSince15January().sync('2025-02-01', 1_800n);
    kept.adjust('2025-02-01', 300n, '2025-01-20');
    kept.sync('2025-05-15');
    expect(kept.decisions.at(-1)).toMatchObject({ value: 2_100n, outcome: 'maintained', adjustmentsCounted: 1 });
    expect(kept.standing).toMatchObject({
      tier: GOLD,
      opening: 0n,
      window: { start: '2025-05-15', due: '2025-09-15', number: 2 },
    });
  });

  it.each([
    [-5_000n, BRONZE, 'demoted'],
    [-1n, BRONZE, 'demoted'],
    [0n, BRONZE, 'demoted'],
    [999n, BRONZE, 'demoted'],
    [1_000n, SILVER, 'demoted'],
    [1_001n, SILVER, 'demoted'],
    [1_999n, SILVER, 'demoted'],
    [2_000n, GOLD, 'maintained'],
    [2_001n, GOLD, 'maintained'],
    [2_999n, GOLD, 'maintained'],
    [3_000n, PLATINUM, 'promoted'],
    [3_001n, PLATINUM, 'promoted'],
  ])('V = %s takes Gold to tier %i: %s', (value, tier, outcome) => {
    const creator = goldSince15January(5_000n).sync('2025-02-01', value).sync('2025-05-15');
    expect(creator.decisions.at(-1)).toMatchObject({ kind: 'checkpoint', value, outcome, tierAfter: tier });
    expect(creator.standing.tier).toBe(tier);
  });

  it('never clamps V: the next P begins below nothing too', () => {
    const creator = goldSince15January(0n).sync('2025-02-01', -700n).sync('2025-05-15');
    expect(creator.standing).toMatchObject({ tier: BRONZE, base: 2_000n, lifetime: 1_300n });
    creator.sync('2025-05-20', 1_699n);
    expect(creator.standing.tier).toBe(BRONZE);
    creator.sync('2025-05-21', 1n);
    expect(creator.standing.tier).toBe(SILVER);
  });

  it('a creator demoted to tier 1 has a window start and no due date', () => {
    const creator = goldSince15January().sync('2025-06-01');
    expect(creator.standing).toMatchObject({
      tier: BRONZE,
      reachedOn: '2025-05-15',
      window: { start: '2025-05-15', due: null },
    });
  });

  it('is not due a day before, and due on the day', () => {
    const creator = goldSince15January().sync('2025-05-14');
    expect(creator.decisions).toHaveLength(1);
    creator.sync('2025-05-15');
    expect(creator.decisions).toHaveLength(2);
  });

  it('overdue windows are evaluated one after another, each from its own due date', () => {
    const creator = new CreatorHistory(aProgram({ checkpointMonths: 1 })).sync('2025-10-31', 3_000n);
    creator.sync('2025-11-15', 2_500n).sync('2026-02-10');
    expect(creator.story().slice(1)).toEqual(['demoted 4->3 @2025-11-30 V=2500', 'demoted 3->1 @2025-12-30 V=0']);
  });

  it('a maintained checkpoint keeps the anchor, a tier change sets a new one', () => {
    const program = aProgram({ checkpointMonths: 1 });
    const creator = new CreatorHistory(program).sync('2026-01-31', 1_000n).sync('2026-02-10', 0n);
    creator.standing = { ...creator.standing, base: 10_000n };
    creator.sync('2026-02-20', 1_000n).sync('2026-03-01');
    expect(creator.standing.window).toMatchObject({
      start: '2026-02-28',
      due: '2026-03-31',
      anchor: '2026-01-31',
      number: 2,
    });
    creator.sync('2026-03-05', 2_000n).sync('2026-03-31');
    expect(creator.standing).toMatchObject({
      tier: GOLD,
      window: { start: '2026-03-31', due: '2026-04-30', anchor: '2026-03-31' },
    });
  });

  it('evaluating twice changes nothing', () => {
    const creator = goldSince15January().sync('2025-05-20', 100n);
    const { standing } = creator;
    creator.watermark('2025-05-20').watermark('2025-05-20');
    expect(creator.standing).toEqual(standing);
    expect(creator.decisions).toHaveLength(2);
  });

  it('on demotion base becomes what was dated before the due date less V, not what came since', () => {
    const creator = goldSince15January().sync('2025-03-01', 1_500n).sync('2025-06-01', 499n);
    expect(creator.standing).toMatchObject({ tier: SILVER, base: 2_000n, lifetime: 3_999n });
    creator.sync('2025-06-02', 1n);
    expect(creator.story().at(-1)).toBe('promoted 2->3 @2025-06-02 P=2000');
  });
});
