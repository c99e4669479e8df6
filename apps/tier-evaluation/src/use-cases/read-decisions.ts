import type { ClientId, CreatorId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { ToldDecision } from '../domain/standing/told-decision.ts';
import { DecisionRepository } from '../persistence/decision.repository.ts';

/** A creator's decisions, oldest first. */
@Injectable()
export class ReadDecisions {
  readonly #database: Database;
  readonly #decisions: DecisionRepository;

  constructor(database: Database, decisions: DecisionRepository) {
    this.#database = database;
    this.#decisions = decisions;
  }

  execute(clientId: ClientId, creatorId: CreatorId, after: number, limit: number): Promise<ToldDecision[]> {
    return this.#database.inTenant(clientId, (tx) => this.#decisions.list(tx, creatorId, after, limit));
  }
}
