import { ProgrammeDateAdvancedV1 } from '#libs/contracts';
import type { CalendarDate } from '#libs/kernel';
import { Consumes, type EventBatch } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { ProgrammeDateRepository } from '../persistence/programme-date.repository.ts';

@Consumes(ProgrammeDateAdvancedV1, { name: 'tier-evaluation.follow-programme-date' })
export class FollowProgrammeDate {
  readonly #dates: ProgrammeDateRepository;

  constructor(dates: ProgrammeDateRepository) {
    this.#dates = dates;
  }

  async handle(batch: EventBatch<typeof ProgrammeDateAdvancedV1>, tx: TenantTransaction): Promise<void> {
    for (const { data } of batch.latestPerSubject()) {
      await this.#dates.advance(tx, data.programmeDate as CalendarDate, data.syncSequence);
    }
  }
}
