import { BoostStatusChangedV1 } from '#libs/contracts';
import type { RedemptionId } from '#libs/kernel';
import { Consumes, type EventBatch } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { FollowBoosts } from '../use-cases/follow-boosts.ts';

@Consumes(BoostStatusChangedV1, { name: 'redemption.follow-boosts' })
export class FollowBoostsConsumer {
  constructor(private readonly followBoosts: FollowBoosts) {}

  handle(batch: EventBatch<typeof BoostStatusChangedV1>, tx: TenantTransaction): Promise<void> {
    return this.followBoosts.execute(
      batch
        .latestPerSubject()
        .map(({ data }) => ({ redemptionId: data.redemptionId as RedemptionId, status: data.to })),
      tx,
    );
  }
}
