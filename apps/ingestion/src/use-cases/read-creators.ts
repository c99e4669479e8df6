import { LaurelError } from '#libs/contracts';
import type { ClientId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { CreatorRepository, type Creator } from '../persistence/creator.repository.ts';
import { ProgramRepository, type Program } from '../persistence/program.repository.ts';
import { SalesDayRepository, type SalesDay, type SalesDayQuery } from '../persistence/sales-day.repository.ts';
import { SyncRepository } from '../persistence/sync.repository.ts';

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
  readonly #syncs: SyncRepository;

  constructor(
    database: Database,
    creators: CreatorRepository,
    days: SalesDayRepository,
    programs: ProgramRepository,
    syncs: SyncRepository,
  ) {
    this.#database = database;
    this.#creators = creators;
    this.#days = days;
    this.#programs = programs;
    this.#syncs = syncs;
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

  async sales(clientId: ClientId, query: Omit<SalesDayQuery, 'booked'>): Promise<CreatorSales> {
    return this.#database.inTenant(clientId, async (tx) => {
      const program = await this.#programs.find(tx);
      const creator = await this.#creators.find(query.creatorId, tx);
      if (program === undefined || creator === undefined) {
        throw new LaurelError('not_found', 'there is no such creator');
      }
      const latest = await this.#syncs.findLatestAccepted(tx);
      const booked = { first: creator.onboardedOn, last: latest?.businessDate ?? creator.onboardedOn };
      return { program, days: await this.#days.list({ ...query, booked }, tx) };
    });
  }
}
