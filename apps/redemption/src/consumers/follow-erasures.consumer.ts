import { ErasureAdvancedV1 } from '#libs/contracts';
import { Consumes, type EventBatch, type EventConsumer } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { FollowErasures } from '../use-cases/follow-erasures.ts';

@Consumes(ErasureAdvancedV1, { name: 'redemption.follow-erasures' })
export class FollowErasuresConsumer implements EventConsumer<typeof ErasureAdvancedV1> {
  constructor(private readonly followErasures: FollowErasures) {}

  handle(batch: EventBatch<typeof ErasureAdvancedV1>, tx: TenantTransaction): Promise<void> {
    return this.followErasures.execute(
      batch.latestPerSubject().map(({ data }) => data),
      tx,
    );
  }
}
