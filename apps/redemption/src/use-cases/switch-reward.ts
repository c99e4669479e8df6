import { LaurelError } from '#libs/contracts';
import type { BackfillId, RewardId } from '#libs/kernel';
import { keyOf, lockLanes } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Reward } from '../domain/reward/reward.ts';
import { BackfillRepository } from '../persistence/backfill.repository.ts';
import { GrantRepository } from '../persistence/grant.repository.ts';
import { RewardRepository } from '../persistence/reward.repository.ts';
import { PlanBackfill } from './plan-backfill.ts';
import { PublishReward } from './publish-reward.ts';

export interface SwitchedReward {
  readonly reward: Reward;
  readonly backfillId: BackfillId;
}

/**
 * Enables or disables a reward, and starts the job that brings its rows in line. Given twice, the second answers with
 * the job that is still at work, or starts one that finds nothing to do.
 */
@Injectable()
export class SwitchReward {
  constructor(
    private readonly rewards: RewardRepository,
    private readonly grants: GrantRepository,
    private readonly backfills: BackfillRepository,
    private readonly publishReward: PublishReward,
    private readonly planBackfill: PlanBackfill,
  ) {}

  async execute(id: RewardId, enabled: boolean, tx: TenantTransaction): Promise<SwitchedReward> {
    await lockLanes(tx, [keyOf(tx.clientId, id)]);
    await this.grants.lockExclusive(tx);
    const present = await this.rewards.findForChange(id, tx);
    if (present === undefined) throw new LaurelError('not_found', 'there is no such reward');
    const unfinished = await this.backfills.findUnfinished(id, tx);
    if (present.enabled === enabled && unfinished !== undefined) {
      return { reward: present, backfillId: unfinished.id };
    }
    const reward = present.enabled === enabled ? present : { ...present, enabled, version: present.version + 1 };
    if (reward !== present) await this.publishReward.execute(reward, tx);
    const kind = enabled ? 'enable' : 'disable';
    const job = await this.planBackfill.execute(reward, { kind, enabled: enabled && reward !== present }, tx);
    return { reward, backfillId: job.id };
  }
}
