import type { CreatorId } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { CreatorTierRepository, type CreatorTier } from '../persistence/creator-tier.repository.ts';
import { GrantRepository } from '../persistence/grant.repository.ts';
import { OpenGrants } from './open-grants.ts';

/** Grants new creators what tier 1 offers. Whoever is known already, also by a tier change that came first, is left. */
@Injectable()
export class RegisterCreators {
  constructor(
    private readonly openGrants: OpenGrants,
    private readonly creatorTiers: CreatorTierRepository,
    private readonly grants: GrantRepository,
  ) {}

  async execute(creatorIds: readonly CreatorId[], tx: TenantTransaction): Promise<void> {
    await this.openGrants.execute(tx);
    const onboarded = await this.creatorTiers.insert(creatorIds.map(inTierOne), tx);
    await this.grants.align({ creatorIds: onboarded }, tx);
  }
}

function inTierOne(creatorId: CreatorId): CreatorTier {
  return { creatorId, tier: 1, tierVersion: 0 };
}
