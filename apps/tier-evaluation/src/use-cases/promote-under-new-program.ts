import type { CalendarDate, ClientId, CreatorId } from '#libs/kernel';
import { lockLaneNumbers } from '#libs/messaging';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { applyPublication, publicationDateFor } from '../domain/order/apply-publication.ts';
import type { Program } from '../domain/program/program.ts';
import type { Standing } from '../domain/standing/standing.ts';
import { ProgramRepository } from '../persistence/program.repository.ts';
import { StandingRepository } from '../persistence/standing.repository.ts';
import { LoadCreators, type Dates } from './load-creators.ts';
import { SaveCreators } from './save-creators.ts';

/** Creators looked up at once; a lane's share of them, about a twelfth, is one transaction. */
const CHUNK = 12_000;

/** Lanes at a time. */
const CONCURRENCY = 3;

/**
 * Carries a publication to the creators whom the new ladder lifts, lane by lane. There is no cursor to lose: whoever is
 * done has the program's version, so a run after a crash finds only what is left.
 */
@Injectable()
export class PromoteUnderNewProgram {
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

  /** @returns true if the client had a publication to carry on */
  async execute(clientId: ClientId): Promise<boolean> {
    const program = await this.#database.inTenant(clientId, async (tx) =>
      (await this.#programs.hasUnfinishedPublication(tx)) ? this.#programs.inForce(tx, 'none') : undefined,
    );
    if (program === undefined) return false;
    let last: CreatorId | undefined;
    let found: { creatorId: CreatorId; lane: number }[];
    do {
      found = await this.#database.inTenant(clientId, (tx) => this.#standings.promotable(tx, program, last, CHUNK));
      last = found.at(-1)?.creatorId;
      await this.#promoteLanes(clientId, byLane(found));
    } while (found.length === CHUNK);
    await this.#database.inTenant(clientId, (tx) => this.#programs.finishPublication(tx, program.version));
    return true;
  }

  /** Nothing of it runs on once this has resolved or rejected. */
  async #promoteLanes(clientId: ClientId, lanes: ReadonlyMap<number, readonly CreatorId[]>): Promise<void> {
    const waiting = [...lanes];
    const work = async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const [lane, creatorIds] = next;
        await this.#database.inTenant(clientId, (tx) => this.#promote(tx, lane, creatorIds));
      }
    };
    const workers = await Promise.allSettled(Array.from({ length: CONCURRENCY }, work));
    for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
  }

  async #promote(tx: TenantTransaction, lane: number, creatorIds: readonly CreatorId[]): Promise<void> {
    await lockLaneNumbers(tx, [lane]);
    const program = await this.#programs.inForce(tx, 'share');
    if (program === undefined) return;
    const locked = await this.#standings.lock(tx, creatorIds);
    const waiting = new Map([...locked].filter(([, standing]) => standing.programVersion < program.version));
    const creators = await this.#load.execute(tx, program, waiting, (creatorId) =>
      datesOf(waiting.get(creatorId), program),
    );
    for (const [creatorId, progress] of creators) creators.set(creatorId, applyPublication(progress, program));
    await this.#save.execute(tx, creators);
  }
}

function byLane(found: readonly { creatorId: CreatorId; lane: number }[]): Map<number, CreatorId[]> {
  const lanes = new Map<number, CreatorId[]>();
  for (const { creatorId, lane } of found) {
    const creatorIds = lanes.get(lane) ?? [];
    creatorIds.push(creatorId);
    lanes.set(lane, creatorIds);
  }
  return lanes;
}

/** Only creators with entries can be promoted, so each has seen a date. */
function datesOf(standing: Standing | undefined, program: Program): Dates {
  const date: CalendarDate | null = standing === undefined ? null : publicationDateFor(standing, program);
  if (date === null) throw new Error('a creator who has seen no date has nothing to be promoted by');
  return { first: date, last: date };
}
