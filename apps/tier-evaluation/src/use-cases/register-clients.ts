import type { ClientId } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { TenantRepository } from '../persistence/tenant.repository.ts';

/** Makes clients known, so that loops over all clients reach them. */
@Injectable()
export class RegisterClients {
  readonly #tenants: TenantRepository;

  constructor(tenants: TenantRepository) {
    this.#tenants = tenants;
  }

  execute(clientIds: readonly ClientId[], tx: TenantTransaction): Promise<void> {
    return this.#tenants.register(tx, clientIds);
  }
}
