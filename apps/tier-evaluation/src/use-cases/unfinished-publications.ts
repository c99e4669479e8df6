import type { ClientId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { ProgramRepository } from '../persistence/program.repository.ts';
import { TenantRepository } from '../persistence/tenant.repository.ts';

/** Clients whose latest program version has not reached every creator. */
@Injectable()
export class UnfinishedPublications {
  readonly #database: Database;
  readonly #tenants: TenantRepository;
  readonly #programs: ProgramRepository;

  constructor(database: Database, tenants: TenantRepository, programs: ProgramRepository) {
    this.#database = database;
    this.#tenants = tenants;
    this.#programs = programs;
  }

  async clients(): Promise<ClientId[]> {
    const unfinished: ClientId[] = [];
    for (const clientId of await this.#database.inStatement((tx) => this.#tenants.all(tx))) {
      if (await this.#database.inTenant(clientId, (tx) => this.#programs.hasUnfinishedPublication(tx)))
        unfinished.push(clientId);
    }
    return unfinished;
  }
}
