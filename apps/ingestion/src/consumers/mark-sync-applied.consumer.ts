import { SyncAppliedV1 } from '#libs/contracts';
import { Consumes, type EventBatch, type EventConsumer } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { MarkSyncsApplied } from '../use-cases/mark-syncs-applied.ts';

@Consumes(SyncAppliedV1, { name: 'ingestion.mark-sync-applied' })
export class MarkSyncApplied implements EventConsumer<typeof SyncAppliedV1> {
  readonly #markSyncsApplied: MarkSyncsApplied;

  constructor(markSyncsApplied: MarkSyncsApplied) {
    this.#markSyncsApplied = markSyncsApplied;
  }

  handle(batch: EventBatch<typeof SyncAppliedV1>, tx: TenantTransaction): Promise<void> {
    return this.#markSyncsApplied.execute(batch.events, tx);
  }
}
