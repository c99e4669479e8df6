import { Database } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { ProgrammeDateRepository } from '../persistence/programme-date.repository.ts';
import { EvaluateDueCheckpoints } from './evaluate-due-checkpoints.ts';

/** Reviews creators whose due date passed while they were parked: released, they are due though no sync is open. */
@Injectable()
export class ReviewOverdueCreators {
  readonly #database: Database;
  readonly #dates: ProgrammeDateRepository;
  readonly #evaluate: EvaluateDueCheckpoints;

  constructor(database: Database, dates: ProgrammeDateRepository, evaluate: EvaluateDueCheckpoints) {
    this.#database = database;
    this.#dates = dates;
    this.#evaluate = evaluate;
  }

  /** @returns how many creators were reviewed */
  async execute(): Promise<number> {
    let reviewed = 0;
    const clients = await this.#database.inStatement((tx) => this.#dates.settledClients(tx));
    for (const client of clients) reviewed += await this.#evaluate.execute(client);
    return reviewed;
  }
}
