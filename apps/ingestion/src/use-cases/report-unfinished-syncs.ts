import { Database } from '#libs/persistence';
import { ReportsPendingWork, type PendingWorkReporter } from '#libs/service-kit';
import { SyncRepository } from '../persistence/sync.repository.ts';

/** Syncs on their way. One that is held waits for a person, and does not count. */
@ReportsPendingWork()
export class ReportUnfinishedSyncs implements PendingWorkReporter {
  readonly #database: Database;
  readonly #syncs: SyncRepository;

  constructor(database: Database, syncs: SyncRepository) {
    this.#database = database;
    this.#syncs = syncs;
  }

  async pendingWork(): Promise<Record<string, number>> {
    const unfinished = await this.#database.inTransaction((tx) => this.#syncs.listUnfinished(tx));
    return { openSyncs: unfinished.filter(({ status }) => status !== 'held').length };
  }
}
