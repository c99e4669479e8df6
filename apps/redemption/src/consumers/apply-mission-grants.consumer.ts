import { MissionGrantChangedV1 } from '#libs/contracts';
import type { CreatorId, RewardId } from '#libs/kernel';
import { Consumes, type EventBatch } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { ApplyMissionGrants } from '../use-cases/apply-mission-grants.ts';

/**
 * Appends nothing, and holds the lane of its creators all the same: so it meets neither their claims nor their tier
 * changes half-way.
 */
@Consumes(MissionGrantChangedV1, { name: 'redemption.apply-mission-grants' })
export class ApplyMissionGrantsConsumer {
  constructor(private readonly applyMissionGrants: ApplyMissionGrants) {}

  handle(batch: EventBatch<typeof MissionGrantChangedV1>, tx: TenantTransaction): Promise<void> {
    return this.applyMissionGrants.execute(
      batch.events.map(({ data: { grantId, missionId, creatorId, rewardId, status } }) => ({
        id: grantId,
        missionId,
        creatorId: creatorId as CreatorId,
        rewardId: rewardId as RewardId,
        status,
      })),
      tx,
    );
  }
}
