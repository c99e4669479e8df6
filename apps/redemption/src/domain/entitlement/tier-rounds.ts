/** A step of a creator's tier, as tier-evaluation has decided it. */
export interface TierStep<Id extends string = string> {
  readonly creatorId: Id;
  readonly tierBefore: number;
  readonly tierAfter: number;
  readonly tierVersion: number;
}

export interface TierStanding {
  readonly tier: number;
  readonly tierVersion: number;
}

export interface TierArrival<Id extends string = string> extends TierStanding {
  readonly creatorId: Id;
  /** Versions that never came. */
  readonly missed: number;
}

/**
 * The steps that are news, in rounds: the k-th of every creator is in the k-th round. Applied one round after the other,
 * they leave the same rows, reasons and events however they were cut into batches; each round is a set of creators.
 * What is not above the known version is stale; what comes after a gap is news.
 */
export function inRounds<Id extends string>(
  steps: readonly TierStep<Id>[],
  known: ReadonlyMap<Id, TierStanding>,
): TierArrival<Id>[][] {
  const rounds: TierArrival<Id>[][] = [];
  const standing = new Map<Id, TierStanding & { readonly rounds: number }>();
  for (const step of steps) {
    const { creatorId, tierAfter: tier, tierVersion } = step;
    const before = standing.get(creatorId) ?? {
      ...(known.get(creatorId) ?? { tier: step.tierBefore, tierVersion: 0 }),
      rounds: 0,
    };
    if (tierVersion <= before.tierVersion) continue;
    const round = (rounds[before.rounds] ??= []);
    round.push({ creatorId, tier, tierVersion, missed: tierVersion - before.tierVersion - 1 });
    standing.set(creatorId, { tier, tierVersion, rounds: before.rounds + 1 });
  }
  return rounds;
}
