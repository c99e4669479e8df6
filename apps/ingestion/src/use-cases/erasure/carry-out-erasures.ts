import { Database } from '#libs/persistence';
import { ReportsPendingWork, type PendingWorkReporter } from '#libs/service-kit';
import { ErasureRepository } from '../../persistence/erasure.repository.ts';
import { CarryOutErasure } from './carry-out-erasure.ts';

/** Erasures of all clients: what this service has to do for them, and how many are on their way. */
@ReportsPendingWork()
export class CarryOutErasures implements PendingWorkReporter {
  readonly #database: Database;
  readonly #erasures: ErasureRepository;
  readonly #carryOut: CarryOutErasure;

  constructor(database: Database, erasures: ErasureRepository, carryOut: CarryOutErasure) {
    this.#database = database;
    this.#erasures = erasures;
    this.#carryOut = carryOut;
  }

  /** @returns whether there is more to do at once */
  async execute(): Promise<boolean> {
    let more = false;
    for (const { clientId, id, toCarryOut } of await this.#open()) {
      if (toCarryOut) more = (await this.#carryOut.execute(clientId, id)) || more;
    }
    return more;
  }

  async pendingWork(): Promise<Record<string, number>> {
    return { openErasures: (await this.#open()).length };
  }

  #open() {
    return this.#database.inTransaction((tx) => this.#erasures.listOpen(tx));
  }
}
