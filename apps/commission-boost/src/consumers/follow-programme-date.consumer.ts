import { ProgrammeDateAdvancedV1 } from '#libs/contracts';
import { Consumes, type EventBatch, type EventConsumer } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { FollowProgrammeDate } from '../use-cases/follow-programme-date.ts';

@Consumes(ProgrammeDateAdvancedV1, { name: 'commission-boost.follow-programme-date' })
export class FollowProgrammeDateConsumer implements EventConsumer<typeof ProgrammeDateAdvancedV1> {
  constructor(private readonly followProgrammeDate: FollowProgrammeDate) {}

  handle(batch: EventBatch<typeof ProgrammeDateAdvancedV1>, tx: TenantTransaction): Promise<void> {
    return this.followProgrammeDate.execute(batch.latestPerSubject(), tx);
  }
}
