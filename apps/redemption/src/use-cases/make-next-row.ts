import type { CreatorId, RewardId } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { GrantRepository } from '../persistence/grant.repository.ts';
import { MissionGrantRepository } from '../persistence/mission-grant.repository.ts';

/**
 * What a claim leaves behind it: the next open row of a VIP reward, where the eager rule gives one. A mission reward gets
 * none, but room for a further grant of it that has been waiting.
 */
@Injectable()
export class MakeNextRow {
  constructor(
    private readonly grants: GrantRepository,
    private readonly missionGrants: MissionGrantRepository,
  ) {}

  async execute(of: { creatorId: CreatorId; rewardId: RewardId }, tx: TenantTransaction): Promise<void> {
    await this.grants.align({ creatorIds: [of.creatorId], rewardId: of.rewardId }, tx);
    await this.missionGrants.place([of.creatorId], tx);
  }
}
