import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inRounds, type TierStanding, type TierStep } from './tier-rounds.ts';

const step = (creatorId: string, tierBefore: number, tierAfter: number, tierVersion: number): TierStep => ({
  creatorId,
  tierBefore,
  tierAfter,
  tierVersion,
});
const known = (tier: number, tierVersion: number) => new Map([['a', { tier, tierVersion }]]);

describe('tier changes in rounds', () => {
  it('has one round where every creator moves once', () => {
    expect(inRounds([step('a', 3, 2, 4)], known(3, 3))).toEqual([
      [{ creatorId: 'a', tier: 2, tierVersion: 4, missed: 0 }],
    ]);
  });

  it('is nothing when every version is stale', () => {
    expect(inRounds([step('a', 3, 2, 4), step('a', 2, 1, 5)], known(1, 5))).toEqual([]);
  });

  it('has the k-th step of every creator in the k-th round, oldest first', () => {
    const rounds = inRounds([step('a', 3, 2, 4), step('b', 1, 2, 1), step('a', 2, 1, 5)], known(3, 3));
    expect(rounds.map((round) => round.map(({ creatorId, tier }) => [creatorId, tier]))).toEqual([
      [
        ['a', 2],
        ['b', 2],
      ],
      [['a', 1]],
    ]);
  });

  it('bridges a gap, and counts what is missing', () => {
    expect(inRounds([step('a', 4, 2, 7)], known(3, 5))).toEqual([
      [{ creatorId: 'a', tier: 2, tierVersion: 7, missed: 1 }],
    ]);
  });

  it('passes over what is stale among what is news', () => {
    const rounds = inRounds([step('a', 2, 3, 3), step('a', 3, 2, 4), step('a', 3, 2, 4)], known(3, 3));
    expect(rounds.map((round) => round.map(({ tierVersion }) => tierVersion))).toEqual([[4]]);
  });

  it('takes a creator that is not known', () => {
    expect(inRounds([step('a', 1, 3, 1)], new Map())[0]).toMatchObject([{ tier: 3, missed: 0 }]);
  });

  it('says the same however the steps are cut into batches', () => {
    const walk = fc.array(fc.record({ creator: fc.constantFrom('a', 'b', 'c'), tier: fc.integer({ min: 1, max: 6 }) }));
    fc.assert(
      fc.property(walk, fc.nat(), (moves, at) => {
        const steps = stepsOf(moves);
        const cut = at % (steps.length + 1);
        const whole = arrivals(steps, new Map());
        const after = new Map<string, TierStanding>();
        const halves = [...arrivals(steps.slice(0, cut), after), ...arrivals(steps.slice(cut), after)];
        expect(ofEachCreator(halves)).toEqual(ofEachCreator(whole));
      }),
    );
  });
});

function stepsOf(moves: readonly { creator: string; tier: number }[]): TierStep[] {
  const standing = new Map<string, { tier: number; tierVersion: number }>();
  return moves.map(({ creator, tier }) => {
    const { tier: tierBefore, tierVersion } = standing.get(creator) ?? { tier: 1, tierVersion: 0 };
    standing.set(creator, { tier, tierVersion: tierVersion + 1 });
    return step(creator, tierBefore, tier, tierVersion + 1);
  });
}

/** Applies them: what is known afterwards is in `standing`. */
function arrivals(steps: readonly TierStep[], standing: Map<string, TierStanding>) {
  const applied = inRounds(steps, standing).flat();
  for (const { creatorId, tier, tierVersion } of applied) standing.set(creatorId, { tier, tierVersion });
  return applied;
}

function ofEachCreator(all: ReturnType<typeof arrivals>) {
  return Object.fromEntries(Map.groupBy(all, ({ creatorId }) => creatorId));
}
