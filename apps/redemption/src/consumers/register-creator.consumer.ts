import { CreatorOnboardedV1 } from '#libs/contracts';
import type { CreatorId } from '#libs/kernel';
import { Consumes, type EventBatch } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { RegisterCreators } from '../use-cases/register-creators.ts';

@Consumes(CreatorOnboardedV1, { name: 'redemption.register-creator' })
export class RegisterCreatorConsumer {
  constructor(private readonly registerCreators: RegisterCreators) {}

  handle(batch: EventBatch<typeof CreatorOnboardedV1>, tx: TenantTransaction): Promise<void> {
    return this.registerCreators.execute(
      batch.latestPerSubject().map((event) => event.subject as CreatorId),
      tx,
    );
  }
}
