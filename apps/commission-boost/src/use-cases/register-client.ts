import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { ClientRepository } from '../persistence/client.repository.ts';

/** Notes that the transaction's client exists: loops over all clients meet it from now on. */
@Injectable()
export class RegisterClient {
  constructor(private readonly clients: ClientRepository) {}

  execute(tx: TenantTransaction): Promise<void> {
    return this.clients.register(tx);
  }
}
