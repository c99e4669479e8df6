import { LaurelError } from '#libs/contracts';
import type { RewardId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { answer, CurrentIdentity, PathId, Roles, tenantOf, type Answer, type Identity } from '#libs/service-kit';
import { Controller, Get, Param } from '@nestjs/common';
import { RewardCountRepository } from '../persistence/reward-count.repository.ts';
import { RewardRepository } from '../persistence/reward.repository.ts';
import { etagOf } from './if-match.ts';

@Controller('v1/rewards/:id')
@Roles('admin')
export class CountedRewardController {
  constructor(
    private readonly database: Database,
    private readonly rewards: RewardRepository,
    private readonly counts: RewardCountRepository,
  ) {}

  @Get()
  get(@CurrentIdentity() identity: Identity, @Param('id', PathId) id: RewardId): Promise<Answer> {
    return this.database.inTenant(tenantOf(identity), async (tx) => {
      const reward = await this.rewards.find(id, tx);
      if (reward === undefined) throw new LaurelError('not_found', 'there is no such reward');
      return answer(200, { ...reward, counts: await this.counts.of(id, tx) }, { ETag: etagOf(reward.version) });
    });
  }
}
