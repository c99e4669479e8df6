import type { ClientId, CreatorId } from '#libs/kernel';
import { keyOf, partitionOf } from '#libs/messaging';
import { Database } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { CreatorFactsRepository } from '../persistence/creator-facts.repository.ts';
import { LeaderboardEditionRepository } from '../persistence/leaderboard-edition.repository.ts';
import type { RebuiltStanding } from '../persistence/standing-rebuild.repository.ts';
import { RebuildCreators } from './rebuild-creators.ts';

export interface RebuildCommand {
  readonly clientId: ClientId;
  /** The creator behind whom it goes on. */
  readonly after: CreatorId | null;
  readonly rebuiltBy: string;
}

export interface RebuildProgress {
  readonly examined: number;
  readonly rebuilt: readonly RebuiltStanding[];
  /** Where to go on; null when everybody is through. */
  readonly next: CreatorId | null;
}

/** Read at a time; of a lane, a twelfth of them in a transaction. */
const PAGE = 6_000;
/** Progress is told, and a caller that is gone noticed, every few seconds. */
const WORK_AT_A_TIME_MS = 5_000;

/**
 * Makes the standings of a client again from ledger, adjustments and decisions while syncs go on: lane by lane, some
 * hundred creators under the lane's lock at a time. It can be broken off and begun again anywhere, and twice is once.
 */
@Injectable()
export class RebuildStandings {
  readonly #database: Database;
  readonly #facts: CreatorFactsRepository;
  readonly #rebuild: RebuildCreators;
  readonly #boards: LeaderboardEditionRepository;

  constructor(
    database: Database,
    facts: CreatorFactsRepository,
    rebuild: RebuildCreators,
    boards: LeaderboardEditionRepository,
  ) {
    this.#database = database;
    this.#facts = facts;
    this.#rebuild = rebuild;
    this.#boards = boards;
  }

  async execute({ clientId, after, rebuiltBy }: RebuildCommand): Promise<RebuildProgress> {
    const until = performance.now() + WORK_AT_A_TIME_MS;
    const rebuilt: RebuiltStanding[] = [];
    let examined = 0;
    let next = after;
    do {
      const page = await this.#database.inTenant(clientId, (tx) => this.#facts.creatorsAfter(tx, next, PAGE));
      for (const [lane, creatorIds] of byLane(clientId, page)) {
        const chunk = { lane, creatorIds, rebuiltBy };
        rebuilt.push(...(await this.#database.inTenant(clientId, (tx) => this.#rebuild.execute(chunk, tx))));
      }
      examined += page.length;
      next = page.length === PAGE ? (page.at(-1) ?? null) : null;
    } while (next !== null && performance.now() < until);
    // The leaderboard comes from the same ledger; its reconciler makes it again beside the one that is shown.
    if (next === null) await this.#database.inTenant(clientId, (tx) => this.#boards.makeWhole(tx));
    return { examined, rebuilt, next };
  }
}

/** The lane follows from the key: what the row says of it may be what is wrong. */
function byLane(clientId: ClientId, creatorIds: readonly CreatorId[]): Map<number, CreatorId[]> {
  return Map.groupBy(creatorIds, (creatorId) => partitionOf(keyOf(clientId, creatorId)));
}
