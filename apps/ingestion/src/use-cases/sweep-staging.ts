import type { SyncId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { StagingRepository } from '../persistence/staging.repository.ts';
import { SyncRepository } from '../persistence/sync.repository.ts';

/**
 * Clears the staging tables of what no sync needs any more. What is there is listed before the syncs that still need
 * theirs: a sync that begins after the first look is not in it, and whatever it stages meanwhile stays.
 */
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
      const staged = await this.#staging.listStaged(tx);
      const unfinished = await this.#syncs.listUnfinished(tx);
      const without = (syncIds: readonly SyncId[], ...needing: string[]): SyncId[] => {
        const kept = new Set(unfinished.flatMap(({ syncId, status }) => (needing.includes(status) ? [syncId] : [])));
        return syncIds.filter((syncId) => !kept.has(syncId));
      };
      const gone = {
        rowsOf: without(staged.rowsOf, 'receiving', 'staged', 'booking'),
        differencesOf: without(staged.differencesOf, 'receiving', 'staged', 'held', 'booking'),
      };
      return (await this.#staging.clear(gone, tx)) > 0;
    });
  }
}
