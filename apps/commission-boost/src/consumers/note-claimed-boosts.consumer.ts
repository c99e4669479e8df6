import { ErasureAnsweredV1 } from '#libs/contracts';
import { Consumes, type EventBatch, type EventConsumer } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { FollowErasures } from '../use-cases/follow-erasures.ts';

@Consumes(ErasureAnsweredV1, { name: 'commission-boost.note-claimed-boosts', appends: false })
export class NoteClaimedBoostsConsumer implements EventConsumer<typeof ErasureAnsweredV1> {
  constructor(private readonly followErasures: FollowErasures) {}

  handle(batch: EventBatch<typeof ErasureAnsweredV1>, tx: TenantTransaction): Promise<void> {
    return this.followErasures.noteClaims(
      batch.events.map(({ data }) => data),
      tx,
    );
  }
}
