import { SyncAppliedV1 } from '#libs/contracts';
import { toCalendarDate } from '#libs/kernel';
import { Consumes, type EventBatch } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { FollowClient } from '../use-cases/follow-client.ts';

/** Which date it is ingestion alone says; this tells claims that it is about to say a newer one. */
@Consumes(SyncAppliedV1, { name: 'redemption.expect-programme-date', appends: false })
export class ExpectProgrammeDateConsumer {
  constructor(private readonly followClient: FollowClient) {}

  handle(batch: EventBatch<typeof SyncAppliedV1>, tx: TenantTransaction): Promise<void> {
    return this.followClient.finishedSyncs(
      batch.events.map(({ data }) => ({ service: data.service, businessDate: toCalendarDate(data.businessDate) })),
      tx,
    );
  }
}
