import { ProgrammeDateAdvancedV1 } from '#libs/contracts';
import { toCalendarDate } from '#libs/kernel';
import { Consumes, type EventBatch } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { FollowClient } from '../use-cases/follow-client.ts';

@Consumes(ProgrammeDateAdvancedV1, { name: 'redemption.follow-programme-date' })
export class FollowProgrammeDateConsumer {
  constructor(private readonly followClient: FollowClient) {}

  async handle(batch: EventBatch<typeof ProgrammeDateAdvancedV1>, tx: TenantTransaction): Promise<void> {
    for (const { data } of batch.latestPerSubject()) {
      await this.followClient.programmeDate(toCalendarDate(data.programmeDate), tx);
    }
  }
}
