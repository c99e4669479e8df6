import { ProgrammeDateAdvancedV1 } from '#libs/contracts';
import type { CalendarDate } from '#libs/kernel';
import { Consumes, type EventBatch } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { FollowProgrammeDate } from '../use-cases/follow-programme-date.ts';

@Consumes(ProgrammeDateAdvancedV1, { name: 'tier-evaluation.follow-programme-date' })
export class FollowProgrammeDateConsumer {
  readonly #followProgrammeDate: FollowProgrammeDate;

  constructor(followProgrammeDate: FollowProgrammeDate) {
    this.#followProgrammeDate = followProgrammeDate;
  }

  async handle(batch: EventBatch<typeof ProgrammeDateAdvancedV1>, tx: TenantTransaction): Promise<void> {
    for (const { data } of batch.latestPerSubject()) {
      const advanced = { date: data.programmeDate as CalendarDate, syncSequence: data.syncSequence };
      await this.#followProgrammeDate.execute(advanced, tx);
    }
  }
}
