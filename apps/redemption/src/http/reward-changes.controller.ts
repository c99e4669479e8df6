import type { RewardId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { answer, CurrentIdentity, PathId, Roles, tenantOf, type Answer, type Identity } from '#libs/service-kit';
import { Body, Controller, Headers, Param, Patch, Post } from '@nestjs/common';
import { ChangeReward } from '../use-cases/change-reward.ts';
import { SwitchReward } from '../use-cases/switch-reward.ts';
import { etagOf, versionOf } from './if-match.ts';
import { ChangeRewardRequest } from './reward.request.ts';

@Controller('v1/rewards/:id')
@Roles('admin')
export class RewardChangesController {
  constructor(
    private readonly database: Database,
    private readonly changeReward: ChangeReward,
    private readonly switchReward: SwitchReward,
  ) {}

  /** The reward as it is now, with the job that a new frequency or quantity has started (null: none was needed). */
  @Patch()
  async change(
    @CurrentIdentity() identity: Identity,
    @Param('id', PathId) id: RewardId,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: ChangeRewardRequest,
  ): Promise<Answer> {
    const { name, frequency, quantity } = body;
    const change = { id, version: versionOf(ifMatch), name, frequency, quantity };
    const changed = await this.database.inTenant(tenantOf(identity), (tx) => this.changeReward.execute(change, tx));
    const { reward, backfillId } = changed;
    return answer(200, { ...reward, backfillId }, { ETag: etagOf(reward.version) });
  }

  @Post('enable')
  enable(@CurrentIdentity() identity: Identity, @Param('id', PathId) id: RewardId): Promise<Answer> {
    return this.#switch(identity, id, true);
  }

  @Post('disable')
  disable(@CurrentIdentity() identity: Identity, @Param('id', PathId) id: RewardId): Promise<Answer> {
    return this.#switch(identity, id, false);
  }

  async #switch(identity: Identity, id: RewardId, enabled: boolean): Promise<Answer> {
    const switched = await this.database.inTenant(tenantOf(identity), (tx) =>
      this.switchReward.execute(id, enabled, tx),
    );
    const headers = { ETag: etagOf(switched.reward.version), Location: `/v1/backfills/${switched.backfillId}` };
    return answer(202, switched, headers);
  }
}
