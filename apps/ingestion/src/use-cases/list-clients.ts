import { Database } from '#libs/persistence';
import { NIL_CLIENT } from '#libs/service-kit';
import { Injectable } from '@nestjs/common';
import { ClientRepository, type Client } from '../persistence/client.repository.ts';

@Injectable()
export class ListClients {
  readonly #database: Database;
  readonly #clients: ClientRepository;

  constructor(database: Database, clients: ClientRepository) {
    this.#database = database;
    this.#clients = clients;
  }

  execute(page: { after: string | undefined; fetch: number }): Promise<Client[]> {
    return this.#database.inTenant(NIL_CLIENT, (tx) => this.#clients.list(page, tx));
  }
}
