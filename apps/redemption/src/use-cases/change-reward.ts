import { LaurelError } from '#libs/contracts';
import type { BackfillId, RewardId } from '#libs/kernel';
import { keyOf, lockLanes } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { allowanceDiffers, changeAllowance } from '../domain/reward/allowance.ts';
import { InvalidRewardError, StaleRewardError } from '../domain/reward/reward.errors.ts';
import type { Frequency, Reward } from '../domain/reward/reward.ts';
import { GrantRepository } from '../persistence/grant.repository.ts';
import { RewardRepository } from '../persistence/reward.repository.ts';
import { PlanBackfill } from './plan-backfill.ts';
import { PublishReward } from './publish-reward.ts';

export interface RewardChange {
  readonly id: RewardId;
  /** The version that the change was made for. */
  readonly version: number;
  readonly name: string | undefined;
  readonly frequency: Frequency | undefined;
  readonly quantity: number | null | undefined;
}

/** Earlier claims count under the new rule; on an enabled reward a job creates, brings back or hides accordingly. */
@Injectable()
export class ChangeReward {
  constructor(
    private readonly rewards: RewardRepository,
    private readonly grants: GrantRepository,
    private readonly publishReward: PublishReward,
    private readonly planBackfill: PlanBackfill,
  ) {}

  async execute(
    change: RewardChange,
    tx: TenantTransaction,
  ): Promise<{ readonly reward: Reward; readonly backfillId: BackfillId | null }> {
    await lockLanes(tx, [keyOf(tx.clientId, change.id)]);
    await this.grants.lockExclusive(tx);
    const present = await this.rewards.findForChange(change.id, tx);
    if (present === undefined) throw new LaurelError('not_found', 'there is no such reward');
    if (present.version !== change.version) throw new StaleRewardError(present.version);
    const reading = changeAllowance(present, change);
    if (reading.kind === 'faults') throw new InvalidRewardError(reading.faults);
    const name = change.name ?? present.name;
    const touchesRight = allowanceDiffers(present, reading.allowance);
    if (name === present.name && !touchesRight) return { reward: present, backfillId: null };
    const reward = { ...present, ...reading.allowance, name, version: present.version + 1 };
    await this.publishReward.execute(reward, tx);
    if (!touchesRight || !reward.enabled) return { reward, backfillId: null };
    const job = await this.planBackfill.execute(reward, { kind: 'change', enabled: false }, tx);
    return { reward, backfillId: job.id };
  }
}
