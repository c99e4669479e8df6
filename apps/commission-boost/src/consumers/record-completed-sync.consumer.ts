import { SyncCompletedV1 } from '#libs/contracts';
import { Consumes, recordCompletedSyncs, type EventBatch, type EventConsumer } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';

/** What the sync made due is the reconciler's work, once all its events are seen. */
@Consumes(SyncCompletedV1, { name: 'commission-boost.record-completed-sync' })
export class RecordCompletedSyncConsumer implements EventConsumer<typeof SyncCompletedV1> {
  handle(batch: EventBatch<typeof SyncCompletedV1>, tx: TenantTransaction): Promise<void> {
    return recordCompletedSyncs(tx, 'commission_boost', batch.events);
  }
}
