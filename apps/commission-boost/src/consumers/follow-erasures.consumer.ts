import { ErasureAdvancedV1 } from '#libs/contracts';
import { Consumes, type EventBatch, type EventConsumer } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { FollowErasures } from '../use-cases/follow-erasures.ts';

/** Appends nothing and takes the lane all the same: no account is taken while the creator is marked. */
@Consumes(ErasureAdvancedV1, { name: 'commission-boost.follow-erasures' })
export class FollowErasuresConsumer implements EventConsumer<typeof ErasureAdvancedV1> {
  constructor(private readonly followErasures: FollowErasures) {}

  handle(batch: EventBatch<typeof ErasureAdvancedV1>, tx: TenantTransaction): Promise<void> {
    return this.followErasures.note(
      batch.latestPerSubject().map(({ data }) => data),
      tx,
    );
  }
}
