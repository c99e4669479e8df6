import { Watermark } from '#libs/messaging';
import { Database } from '#libs/persistence';
import { ReportsPendingWork, type PendingWorkReporter } from '#libs/service-kit';
import { ProgrammeDateRepository } from '../persistence/programme-date.repository.ts';
import { StandingRepository } from '../persistence/standing.repository.ts';
import { UnfinishedPublications } from './unfinished-publications.ts';

/** Syncs that are not applied, creators who are due though no sync is open, publications that are not through. */
@ReportsPendingWork()
export class ReportPendingWork implements PendingWorkReporter {
  readonly #database: Database;
  readonly #watermark: Watermark;
  readonly #dates: ProgrammeDateRepository;
  readonly #standings: StandingRepository;
  readonly #publications: UnfinishedPublications;

  constructor(
    database: Database,
    watermark: Watermark,
    dates: ProgrammeDateRepository,
    standings: StandingRepository,
    publications: UnfinishedPublications,
  ) {
    this.#database = database;
    this.#watermark = watermark;
    this.#dates = dates;
    this.#standings = standings;
    this.#publications = publications;
  }

  async pendingWork(): Promise<Record<string, number>> {
    const openSyncs = (await this.#watermark.clientsWithOpenSyncs()).length;
    let dueCheckpoints = 0;
    for (const { clientId, date } of await this.#database.inTransaction((tx) => this.#dates.settledClients(tx))) {
      dueCheckpoints += await this.#database.inTenant(clientId, (tx) => this.#standings.countDue(tx, date));
    }
    return { openSyncs, dueCheckpoints, unfinishedPublications: (await this.#publications.clients()).length };
  }
}
