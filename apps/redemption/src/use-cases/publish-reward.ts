import { newEvent, RewardPublishedV1 } from '#libs/contracts';
import { Outbox } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Reward } from '../domain/reward/reward.ts';
import { RewardRepository } from '../persistence/reward.repository.ts';

/** Saves a version of a reward and tells of it. The lane of the reward's key is held. */
@Injectable()
export class PublishReward {
  constructor(
    private readonly rewards: RewardRepository,
    private readonly outbox: Outbox,
  ) {}

  async execute(reward: Reward, tx: TenantTransaction): Promise<void> {
    if (reward.version === 1) await this.rewards.insert(reward, tx);
    else await this.rewards.update(reward, tx);
    const { version, type, name, tier, source, frequency, quantity, enabled } = reward;
    await this.outbox.append(tx, [
      newEvent(RewardPublishedV1, {
        clientId: tx.clientId,
        aggregateId: reward.id,
        subject: reward.id,
        aggregateVersion: version,
        data: { version, type, name, tier, source, frequency, quantity, enabled, value: { ...reward.value } },
      }),
    ]);
  }
}
