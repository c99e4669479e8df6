import { CreatorOnboardedV1 } from '#libs/contracts';
import type { CalendarDate, CreatorId } from '#libs/kernel';
import { Consumes, type EventBatch } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { StandingRepository } from '../persistence/standing.repository.ts';

@Consumes(CreatorOnboardedV1, { name: 'tier-evaluation.register-creator' })
export class RegisterCreator {
  readonly #standings: StandingRepository;

  constructor(standings: StandingRepository) {
    this.#standings = standings;
  }

  handle(batch: EventBatch<typeof CreatorOnboardedV1>, tx: TenantTransaction): Promise<void> {
    const onboarded = batch.latestPerSubject().map((event) => ({
      creatorId: event.subject as CreatorId,
      onboardedOn: event.data.onboardedOn as CalendarDate,
    }));
    return this.#standings.register(tx, onboarded);
  }
}
