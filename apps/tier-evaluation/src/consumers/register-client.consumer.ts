import { ClientCreatedV1 } from '#libs/contracts';
import type { ClientId } from '#libs/kernel';
import { Consumes, type EventBatch } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { RegisterClients } from '../use-cases/register-clients.ts';

@Consumes(ClientCreatedV1, { name: 'tier-evaluation.register-client' })
export class RegisterClientConsumer {
  readonly #registerClients: RegisterClients;

  constructor(registerClients: RegisterClients) {
    this.#registerClients = registerClients;
  }

  handle(batch: EventBatch<typeof ClientCreatedV1>, tx: TenantTransaction): Promise<void> {
    const clientIds = batch.events.map((event) => event.clientId as ClientId);
    return this.#registerClients.execute(clientIds, tx);
  }
}
