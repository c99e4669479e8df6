import type { CreatorId } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable, Logger } from '@nestjs/common';
import { inRounds, type TierArrival, type TierStep } from '../domain/entitlement/tier-rounds.ts';
import { CreatorTierRepository, type CreatorTier } from '../persistence/creator-tier.repository.ts';
import { GrantRepository } from '../persistence/grant.repository.ts';
import { TierArrivalRepository } from '../persistence/tier-arrival.repository.ts';
import { OpenGrants } from './open-grants.ts';

/** Hides what the old tier granted, brings back or creates what the new one grants. Stale versions change nothing. */
@Injectable()
export class ApplyTierChanges {
  readonly #logger = new Logger('grants');

  constructor(
    private readonly openGrants: OpenGrants,
    private readonly creatorTiers: CreatorTierRepository,
    private readonly grants: GrantRepository,
    private readonly arrivals: TierArrivalRepository,
  ) {}

  async execute(steps: readonly TierStep<CreatorId>[], tx: TenantTransaction): Promise<void> {
    await this.openGrants.execute(tx);
    const known = await this.#lockCreators(steps, tx);
    const rounds = inRounds(steps, known);
    this.#reportGaps(rounds.flat(), tx);
    for (const round of rounds) await this.arrivals.apply(round, tx);
  }

  async #lockCreators(
    steps: readonly TierStep<CreatorId>[],
    tx: TenantTransaction,
  ): Promise<ReadonlyMap<CreatorId, CreatorTier>> {
    const creatorIds = [...new Set(steps.map((step) => step.creatorId))];
    const known = await this.creatorTiers.lockForChange(creatorIds, tx);
    const unknown = new Map<CreatorId, TierStep<CreatorId>>();
    for (const step of steps) {
      if (!known.has(step.creatorId) && !unknown.has(step.creatorId)) unknown.set(step.creatorId, step);
    }
    if (unknown.size === 0) return known;
    return new Map([...known, ...(await this.#meet([...unknown.values()], tx))]);
  }

  /** Before its first step a creator was where that step left: it is granted what its onboarding would have granted. */
  async #meet(steps: readonly TierStep<CreatorId>[], tx: TenantTransaction): Promise<Map<CreatorId, CreatorTier>> {
    const met = steps.map((step) => ({
      creatorId: step.creatorId,
      tier: step.tierBefore,
      tierVersion: step.tierVersion - 1,
    }));
    await this.creatorTiers.insert(met, tx);
    await this.grants.align({ creatorIds: met.map(({ creatorId }) => creatorId) }, tx);
    return new Map(met.map((creator) => [creator.creatorId, creator]));
  }

  /** The runner counts them; nothing can be done about them but to know. */
  #reportGaps(arrivals: readonly TierArrival<CreatorId>[], tx: TenantTransaction): void {
    for (const { creatorId, tierVersion, missed } of arrivals) {
      if (missed === 0) continue;
      this.#logger.warn({ clientId: tx.clientId, creatorId, tierVersion, missed }, 'tier changes have never come');
    }
  }
}
