import type { SyncId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { StagingRepository } from '../persistence/staging.repository.ts';
import { SyncRepository } from '../persistence/sync.repository.ts';

/** Clears the staging tables of what no sync needs any more. */
@Injectable()
export class SweepStaging {
  readonly #database: Database;
  readonly #syncs: SyncRepository;
  readonly #staging: StagingRepository;

  constructor(database: Database, syncs: SyncRepository, staging: StagingRepository) {
    this.#database = database;
    this.#syncs = syncs;
    this.#staging = staging;
  }

  /** @returns whether there was anything to clear */
  async execute(): Promise<boolean> {
    return this.#database.inTransaction(async (tx) => {
      const unfinished = await this.#syncs.listUnfinished(tx);
      const of = (...statuses: string[]): SyncId[] =>
        unfinished.filter(({ status }) => statuses.includes(status)).map(({ syncId }) => syncId);
      const kept = { rowsOf: of('receiving', 'staged', 'booking'), differencesOf: of('staged', 'held', 'booking') };
      return (await this.#staging.clearBeside(kept, tx)) > 0;
    });
  }
}
