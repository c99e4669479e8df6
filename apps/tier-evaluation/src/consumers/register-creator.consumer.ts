import { CreatorOnboardedV1 } from '#libs/contracts';
import type { CalendarDate, CreatorId } from '#libs/kernel';
import { Consumes, type EventBatch } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { RegisterCreators } from '../use-cases/register-creators.ts';

@Consumes(CreatorOnboardedV1, { name: 'tier-evaluation.register-creator' })
export class RegisterCreatorConsumer {
  readonly #registerCreators: RegisterCreators;

  constructor(registerCreators: RegisterCreators) {
    this.#registerCreators = registerCreators;
  }

  handle(batch: EventBatch<typeof CreatorOnboardedV1>, tx: TenantTransaction): Promise<void> {
    const onboarded = batch.latestPerSubject().map((event) => ({
      creatorId: event.subject as CreatorId,
      onboardedOn: event.data.onboardedOn as CalendarDate,
    }));
    return this.#registerCreators.execute(onboarded, tx);
  }
}
