import type { CreatorId } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { CreatorTierRepository } from '../persistence/creator-tier.repository.ts';
import { GrantRepository } from '../persistence/grant.repository.ts';

/** Takes a creator out of all that is granted, in the order of all grants: whatever it has not claimed is hidden. */
@Injectable()
export class HideErased {
  constructor(
    private readonly creatorTiers: CreatorTierRepository,
    private readonly grants: GrantRepository,
  ) {}

  /** The client's rewards stand still. Again it finds nothing to hide. */
  async execute(creatorId: CreatorId, tx: TenantTransaction): Promise<void> {
    await this.creatorTiers.markErased(creatorId, tx);
    await this.grants.align({ creatorIds: [creatorId] }, tx);
  }
}
