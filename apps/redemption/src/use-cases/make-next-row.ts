import type { CreatorId, RewardId } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { AfterClaim } from '../domain/entitlement/after-claim.ts';
import { GrantRepository } from '../persistence/grant.repository.ts';
import { MissionGrantRepository } from '../persistence/mission-grant.repository.ts';

/** What a claim leaves to be done. The creator is locked and the reward stands still, so what was decided holds. */
@Injectable()
export class MakeNextRow {
  constructor(
    private readonly grants: GrantRepository,
    private readonly missionGrants: MissionGrantRepository,
  ) {}

  async execute(
    of: { readonly creatorId: CreatorId; readonly rewardId: RewardId },
    next: AfterClaim,
    tx: TenantTransaction,
  ): Promise<void> {
    switch (next) {
      case 'create_open_row':
        return this.grants.createOne(of, tx);
      case 'place_mission_grant':
        return this.missionGrants.place([of.creatorId], tx);
      case 'nothing':
        return;
    }
  }
}
