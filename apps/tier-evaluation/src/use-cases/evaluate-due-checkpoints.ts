import type { CalendarDate, ClientId, SyncId } from '#libs/kernel';
import { lockLaneNumbers } from '#libs/messaging';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { handleWatermark } from '../domain/order/handle-watermark.ts';
import { ProgramRepository } from '../persistence/program.repository.ts';
import { StandingRepository } from '../persistence/standing.repository.ts';
import { LoadCreators } from './load-creators.ts';
import { SaveCreators } from './save-creators.ts';

/** Where a client's watermark stands. */
export interface ReachedDate {
  readonly clientId: ClientId;
  readonly syncId: SyncId;
  readonly date: CalendarDate;
}

/** Of a lane in one transaction: a second's work at most, since the relay waits for open writers. */
const CHUNK = 2_000;

/** Lanes at a time. */
const CONCURRENCY = 3;

/** Reviews everybody who is due by a date that the client's watermark has reached; creators of parked keys wait. */
@Injectable()
export class EvaluateDueCheckpoints {
  readonly #database: Database;
  readonly #programs: ProgramRepository;
  readonly #standings: StandingRepository;
  readonly #load: LoadCreators;
  readonly #save: SaveCreators;

  constructor(
    database: Database,
    programs: ProgramRepository,
    standings: StandingRepository,
    load: LoadCreators,
    save: SaveCreators,
  ) {
    this.#database = database;
    this.#programs = programs;
    this.#standings = standings;
    this.#load = load;
    this.#save = save;
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
      const chunk = await this.#database.inTenant(reached.clientId, (tx) => this.#reviewChunk(tx, reached, lane));
      reviewed += chunk;
      if (chunk < CHUNK) return reviewed;
    }
  }

  async #reviewChunk(tx: TenantTransaction, reached: ReachedDate, lane: number): Promise<number> {
    await lockLaneNumbers(tx, [lane]);
    const program = await this.#programs.inForce(tx, 'share');
    if (program === undefined) return 0;
    const { date } = reached;
    const due = await this.#standings.lockDue(tx, { lane, by: date, limit: CHUNK });
    const creators = await this.#load.execute(tx, program, due, () => ({ first: date, last: date }));
    for (const [creatorId, progress] of creators) creators.set(creatorId, handleWatermark(progress, reached, program));
    await this.#save.execute(tx, creators);
    return due.size;
  }
}

/** Processes side by side begin at different lanes, so that they seldom wait for each other's locks. */
function startAnywhere(lanes: readonly number[]): number[] {
  const start = Math.floor(Math.random() * lanes.length);
  return [...lanes.slice(start), ...lanes.slice(0, start)];
}
