import { ClientCreatedV1 } from '#libs/contracts';
import { Consumes, type EventBatch } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { FollowClient } from '../use-cases/follow-client.ts';

@Consumes(ClientCreatedV1, { name: 'redemption.register-client' })
export class RegisterClientConsumer {
  constructor(private readonly followClient: FollowClient) {}

  handle(_: EventBatch<typeof ClientCreatedV1>, tx: TenantTransaction): Promise<void> {
    return this.followClient.register(tx);
  }
}
