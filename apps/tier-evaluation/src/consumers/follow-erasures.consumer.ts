import { ErasureAdvancedV1 } from '#libs/contracts';
import { Consumes, type EventBatch, type EventConsumer } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { FollowErasures } from '../use-cases/follow-erasures.ts';

@Consumes(ErasureAdvancedV1, { name: 'tier-evaluation.follow-erasures' })
export class FollowErasuresConsumer implements EventConsumer<typeof ErasureAdvancedV1> {
  readonly #followErasures: FollowErasures;

  constructor(followErasures: FollowErasures) {
    this.#followErasures = followErasures;
  }

  handle(batch: EventBatch<typeof ErasureAdvancedV1>, tx: TenantTransaction): Promise<void> {
    return this.#followErasures.execute(
      batch.latestPerSubject().map(({ data }) => data),
      tx,
    );
  }
}
