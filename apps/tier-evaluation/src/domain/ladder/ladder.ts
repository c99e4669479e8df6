/** A tier's place in its ladder, 1-6. Tier 1 is the entry tier: threshold 0, never reviewed. */
export type TierNumber = number;

/** An integer of the program's metric: minor units in a sales program, units in a units program. */
export type MetricValue = bigint;

export const ENTRY_TIER: TierNumber = 1;

/** The thresholds of a program's tiers from the lowest, strictly increasing from 0. */
export class Ladder {
  readonly #thresholds: readonly MetricValue[];

  constructor(thresholds: readonly MetricValue[]) {
    this.#thresholds = thresholds;
  }

  get highest(): TierNumber {
    return this.#thresholds.length;
  }

  /** The highest tier whose threshold is not above the value; a value below 0 is the entry tier. */
  highestReachedBy(value: MetricValue): TierNumber {
    let tier = this.#thresholds.length;
    while (tier > ENTRY_TIER && this.thresholdOf(tier) > value) tier -= 1;
    return tier;
  }

  /** @throws RangeError for a tier that the ladder has not. */
  thresholdOf(tier: TierNumber): MetricValue {
    const threshold = this.#thresholds[tier - 1];
    if (threshold === undefined) throw new RangeError(`no tier ${tier} in a ladder of ${this.highest}`);
    return threshold;
  }
}
