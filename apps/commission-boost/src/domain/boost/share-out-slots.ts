import type { CreatorId, RedemptionId } from '#libs/kernel';

interface Claim {
  readonly redemptionId: RedemptionId;
  readonly creatorId: CreatorId;
}

export interface SharedOut<C extends Claim> {
  readonly scheduled: readonly C[];
  readonly waiting: readonly C[];
}

/**
 * Who of some claims gets its creator's one slot: the first, if it is free. The others wait, in order; none is lost, and
 * none keeps anybody else's waiting.
 * @param claims not known so far, in the order of their arrival
 * @param taken creators whose slot is taken, or who have claims that wait for it already
 */
export function shareOutSlots<C extends Claim>(claims: readonly C[], taken: ReadonlySet<CreatorId>): SharedOut<C> {
  const busy = new Set(taken);
  const waits = claims.map(({ creatorId }) => busy.has(creatorId) || !busy.add(creatorId));
  return {
    scheduled: claims.filter((_, index) => waits[index] === false),
    waiting: claims.filter((_, index) => waits[index] === true),
  };
}
