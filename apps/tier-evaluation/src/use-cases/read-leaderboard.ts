import type { CalendarDate, ClientId, CreatorId, SyncId } from '#libs/kernel';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { rankPage, valuesToCount } from '../domain/leaderboard/rank-page.ts';
import type { Program } from '../domain/program/program.ts';
import { LeaderboardRepository, type BoardPlace } from '../persistence/leaderboard.repository.ts';
import { ProgramRepository } from '../persistence/program.repository.ts';

export interface RankedPlace extends BoardPlace {
  readonly rank: number;
}

export interface LeaderboardReading {
  readonly places: readonly RankedPlace[];
  readonly program: Program;
  readonly asOf: CalendarDate;
  readonly syncId: SyncId;
}

/** Places after one, or one creator's own. */
export type LeaderboardRequest =
  | { readonly kind: 'page'; readonly after: BoardPlace | undefined; readonly fetch: number }
  | { readonly kind: 'creator'; readonly creatorId: CreatorId };

/** What a client's leaderboard shows: one edition, whole, however often it is replaced meanwhile. */
@Injectable()
export class ReadLeaderboard {
  readonly #database: Database;
  readonly #boards: LeaderboardRepository;
  readonly #programs: ProgramRepository;

  constructor(database: Database, boards: LeaderboardRepository, programs: ProgramRepository) {
    this.#database = database;
    this.#boards = boards;
    this.#programs = programs;
  }

  /** Undefined while there is no board. */
  execute(clientId: ClientId, request: LeaderboardRequest): Promise<LeaderboardReading | undefined> {
    const read = async (tx: TenantTransaction) => {
      const program = await this.#programs.inForce(tx, 'none');
      const board = await this.#boards.shown(tx);
      if (program === undefined || board === undefined) return undefined;
      const { edition, asOf, syncId } = board;
      return { places: await this.#ranked(tx, edition, request), program, asOf, syncId };
    };
    return this.#database.inTenant(clientId, read, { snapshot: true });
  }

  /** True while an edition is still to be made of a sync that was applied just now. */
  isAboutToChange(clientId: ClientId): Promise<boolean> {
    return this.#database.inTenant(clientId, (tx) => this.#boards.isAboutToChange(tx));
  }

  async #ranked(tx: TenantTransaction, edition: number, request: LeaderboardRequest): Promise<RankedPlace[]> {
    const places = await this.#places(tx, edition, request);
    const values = places.map(({ value }) => value);
    const above = await this.#boards.countAbove(tx, edition, valuesToCount(values));
    const ranks = rankPage(values, above);
    return places.map((place, index) => ({ ...place, rank: ranks[index] ?? 0 }));
  }

  async #places(tx: TenantTransaction, edition: number, request: LeaderboardRequest): Promise<BoardPlace[]> {
    if (request.kind === 'page') return this.#boards.places(tx, edition, request);
    const place = await this.#boards.placeOf(tx, edition, request.creatorId);
    return place === undefined ? [] : [place];
  }
}
