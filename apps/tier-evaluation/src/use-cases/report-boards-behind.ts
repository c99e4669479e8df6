import { Database } from '#libs/persistence';
import { ReportsPendingWork, type PendingWorkReporter } from '#libs/service-kit';
import { ProgrammeDateRepository } from '../persistence/programme-date.repository.ts';
import { MakeLeaderboard } from './make-leaderboard.ts';

/** Clients whose leaderboard is not as of their latest applied sync. */
@ReportsPendingWork()
export class ReportBoardsBehind implements PendingWorkReporter {
  readonly #database: Database;
  readonly #dates: ProgrammeDateRepository;
  readonly #make: MakeLeaderboard;

  constructor(database: Database, dates: ProgrammeDateRepository, make: MakeLeaderboard) {
    this.#database = database;
    this.#dates = dates;
    this.#make = make;
  }

  async pendingWork(): Promise<Record<string, number>> {
    let boardsBehind = 0;
    for (const { clientId } of await this.#database.inTransaction((tx) => this.#dates.startedClients(tx))) {
      if (await this.#make.isBehind(clientId)) boardsBehind += 1;
    }
    return { boardsBehind };
  }
}
