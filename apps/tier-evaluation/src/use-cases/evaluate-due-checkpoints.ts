import type { CalendarDate, ClientId, SyncId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { StandingRepository } from '../persistence/standing.repository.ts';
import { ReviewDueChunk } from './review-due-chunk.ts';

/** Where a client's watermark stands. */
export interface ReachedDate {
  readonly clientId: ClientId;
  readonly syncId: SyncId;
  readonly date: CalendarDate;
}

/** Lanes at a time: two of the database's cores, and one more while those wait for the disk. */
const CONCURRENCY = 3;

/** Reviews everybody who is due by a date that the client's watermark has reached; creators of parked keys wait. */
@Injectable()
export class EvaluateDueCheckpoints {
  readonly #database: Database;
  readonly #standings: StandingRepository;
  readonly #review: ReviewDueChunk;

  constructor(database: Database, standings: StandingRepository, review: ReviewDueChunk) {
    this.#database = database;
    this.#standings = standings;
    this.#review = review;
  }

  /** Goes on until nobody is due. @returns how many creators were reviewed here; other processes may help. */
  async execute(reached: ReachedDate): Promise<number> {
    let reviewed = 0;
    for (;;) {
      const lanes = await this.#database.inTenant(reached.clientId, (tx) =>
        this.#standings.lanesWithDue(tx, reached.date),
      );
      if (lanes.length === 0) return reviewed;
      const waiting = startAnywhere(lanes);
      const work = async () => {
        for (let lane = waiting.pop(); lane !== undefined; lane = waiting.pop())
          reviewed += await this.#reviewLane(reached, lane);
      };
      await Promise.all(Array.from({ length: CONCURRENCY }, work));
    }
  }

  async #reviewLane(reached: ReachedDate, lane: number): Promise<number> {
    let reviewed = 0;
    for (;;) {
      const chunk = await this.#database.inTenant(reached.clientId, (tx) => this.#review.execute(tx, reached, lane));
      reviewed += chunk.reviewed;
      if (chunk.isLast) return reviewed;
    }
  }
}

/** Processes side by side begin at different lanes, so that they seldom wait for each other's locks. */
function startAnywhere(lanes: readonly number[]): number[] {
  const start = Math.floor(Math.random() * lanes.length);
  return [...lanes.slice(start), ...lanes.slice(0, start)];
}
