import { ClientCreatedV1 } from '#libs/contracts';
import type { ClientId } from '#libs/kernel';
import { Consumes, type EventBatch } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { TenantRepository } from '../persistence/tenant.repository.ts';

@Consumes(ClientCreatedV1, { name: 'tier-evaluation.register-client' })
export class RegisterClient {
  readonly #tenants: TenantRepository;

  constructor(tenants: TenantRepository) {
    this.#tenants = tenants;
  }

  handle(batch: EventBatch<typeof ClientCreatedV1>, tx: TenantTransaction): Promise<void> {
    return this.#tenants.register(
      tx,
      batch.events.map((event) => event.clientId as ClientId),
    );
  }
}
