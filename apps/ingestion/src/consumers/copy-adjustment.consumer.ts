import { AdjustmentRecordedV1 } from '#libs/contracts';
import { Consumes, type EventBatch, type EventConsumer } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { CopyAdjustments } from '../use-cases/copy-adjustments.ts';

@Consumes(AdjustmentRecordedV1, { name: 'ingestion.copy-adjustment', appends: false })
export class CopyAdjustment implements EventConsumer<typeof AdjustmentRecordedV1> {
  readonly #copyAdjustments: CopyAdjustments;

  constructor(copyAdjustments: CopyAdjustments) {
    this.#copyAdjustments = copyAdjustments;
  }

  handle(batch: EventBatch<typeof AdjustmentRecordedV1>, tx: TenantTransaction): Promise<void> {
    return this.#copyAdjustments.execute(batch.events, tx);
  }
}
