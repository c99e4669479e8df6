import { SERVICES, SyncCompletedV1 } from '#libs/contracts';
import { Consumes, recordCompletedSyncs, type EventBatch } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';

@Consumes(SyncCompletedV1, { name: 'tier-evaluation.record-completed-sync' })
export class RecordCompletedSyncConsumer {
  handle(batch: EventBatch<typeof SyncCompletedV1>, tx: TenantTransaction): Promise<void> {
    return recordCompletedSyncs(tx, SERVICES['tier-evaluation'].schema, batch.events);
  }
}
