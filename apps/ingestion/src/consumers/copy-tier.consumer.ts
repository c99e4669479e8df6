import { TierChangedV1 } from '#libs/contracts';
import { Consumes, type EventBatch, type EventConsumer } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { CopyTiers } from '../use-cases/copy-tiers.ts';

@Consumes(TierChangedV1, { name: 'ingestion.copy-tier', appends: false })
export class CopyTier implements EventConsumer<typeof TierChangedV1> {
  readonly #copyTiers: CopyTiers;

  constructor(copyTiers: CopyTiers) {
    this.#copyTiers = copyTiers;
  }

  handle(batch: EventBatch<typeof TierChangedV1>, tx: TenantTransaction): Promise<void> {
    return this.#copyTiers.execute(batch.latestPerSubject(), tx);
  }
}
