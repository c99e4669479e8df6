import { LaurelError } from '#libs/contracts';
import type { ClientId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { CreatorRepository, type Creator } from '../persistence/creator.repository.ts';
import { ProgramRepository, type Program } from '../persistence/program.repository.ts';
import { SalesDayRepository, type SalesDay } from '../persistence/sales-day.repository.ts';

export interface CreatorSales {
  readonly days: readonly SalesDay[];
  readonly program: Program;
}

@Injectable()
export class ReadCreators {
  readonly #database: Database;
  readonly #creators: CreatorRepository;
  readonly #days: SalesDayRepository;
  readonly #programs: ProgramRepository;

  constructor(database: Database, creators: CreatorRepository, days: SalesDayRepository, programs: ProgramRepository) {
    this.#database = database;
    this.#creators = creators;
    this.#days = days;
    this.#programs = programs;
  }

  async find(clientId: ClientId, creatorId: string): Promise<Creator> {
    return this.#database.inTenant(clientId, async (tx) => {
      const creator = await this.#creators.find(creatorId, tx);
      if (creator === undefined) throw new LaurelError('not_found', 'there is no such creator');
      return creator;
    });
  }

  findAll(clientId: ClientId, creatorIds: readonly string[]): Promise<Creator[]> {
    return this.#database.inTenant(clientId, (tx) => this.#creators.findAll(creatorIds, tx));
  }

  list(
    clientId: ClientId,
    filter: { handle: string | undefined; tier: number | undefined; after: string | undefined; fetch: number },
  ): Promise<Creator[]> {
    return this.#database.inTenant(clientId, (tx) => this.#creators.list(filter, tx));
  }

  async sales(
    clientId: ClientId,
    query: { creatorId: string; from: string; to: string; after: string | undefined; fetch: number },
  ): Promise<CreatorSales> {
    return this.#database.inTenant(clientId, async (tx) => {
      const program = await this.#programs.find(tx);
      const creator = await this.#creators.find(query.creatorId, tx);
      if (program === undefined || creator === undefined) {
        throw new LaurelError('not_found', 'there is no such creator');
      }
      return { program, days: await this.#days.list(query, tx) };
    });
  }
}
