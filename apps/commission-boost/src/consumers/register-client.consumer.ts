import { ClientCreatedV1 } from '#libs/contracts';
import { Consumes, type EventBatch, type EventConsumer } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { RegisterClient } from '../use-cases/register-client.ts';

@Consumes(ClientCreatedV1, { name: 'commission-boost.register-client' })
export class RegisterClientConsumer implements EventConsumer<typeof ClientCreatedV1> {
  constructor(private readonly registerClient: RegisterClient) {}

  handle(_batch: EventBatch<typeof ClientCreatedV1>, tx: TenantTransaction): Promise<void> {
    return this.registerClient.execute(tx);
  }
}
