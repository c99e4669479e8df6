import { TierChangedV1 } from '#libs/contracts';
import type { CreatorId } from '#libs/kernel';
import { Consumes, type EventBatch } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { ApplyTierChanges } from '../use-cases/apply-tier-changes.ts';

/** Each event hides and creates a row a reward: a thousand of them keep a claim of the same lane waiting for half a second. */
const MOST_EVENTS = 250;

/** All events of the batch, not the latest of each creator alone: a hidden row keeps the step that hid it. */
@Consumes(TierChangedV1, { name: 'redemption.apply-tier-changes', mostEvents: MOST_EVENTS })
export class ApplyTierChangesConsumer {
  constructor(private readonly applyTierChanges: ApplyTierChanges) {}

  handle(batch: EventBatch<typeof TierChangedV1>, tx: TenantTransaction): Promise<void> {
    return this.applyTierChanges.execute(
      batch.events.map(({ subject, data: { tierBefore, tierAfter, tierVersion } }) => ({
        creatorId: subject as CreatorId,
        tierBefore,
        tierAfter,
        tierVersion,
      })),
      tx,
    );
  }
}
