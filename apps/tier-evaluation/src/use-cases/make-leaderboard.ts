import type { ClientId } from '#libs/kernel';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import {
  LeaderboardEditionRepository,
  type Making,
  type ReadOn,
} from '../persistence/leaderboard-edition.repository.ts';
import { isBehind, LeaderboardRepository } from '../persistence/leaderboard.repository.ts';

/** Of the transaction that reads and never writes: a board of a million creators takes a while. */
const MAKING_MS = 3_600_000;

/**
 * Brings a client's board to the latest applied sync. One transaction holds the board and reads what has changed; the
 * places are put in chunks beside what is shown, and shown all at once at the end. Whoever comes after a crash begins
 * anew, and finds what is put already.
 */
@Injectable()
export class MakeLeaderboard {
  readonly #database: Database;
  readonly #boards: LeaderboardRepository;
  readonly #editions: LeaderboardEditionRepository;

  constructor(database: Database, boards: LeaderboardRepository, editions: LeaderboardEditionRepository) {
    this.#database = database;
    this.#boards = boards;
    this.#editions = editions;
  }

  async isBehind(clientId: ClientId): Promise<boolean> {
    const state = await this.#database.inTenant(clientId, (tx) => this.#boards.state(tx));
    return state !== undefined && isBehind(state);
  }

  /** @returns true if an edition was made here */
  execute(clientId: ClientId): Promise<boolean> {
    return this.#database.inTenant(clientId, (reading) => this.#execute(reading), { timeoutMs: MAKING_MS });
  }

  async #execute(reading: TenantTransaction): Promise<boolean> {
    if (!(await this.#editions.tryHold(reading))) return false;
    const state = await this.#boards.state(reading);
    if (state === undefined) return false;
    const made = isBehind(state) && (await this.#make(reading, await this.#begin(reading.clientId, state)));
    const edition = made ? state.edition + 1 : state.edition;
    if (edition > state.sweptEdition) await this.#sweep(reading, edition);
    return made;
  }

  #begin(clientId: ClientId, state: Making['from']): Promise<Making> {
    return this.#database.inTenant(clientId, (tx) => this.#editions.begin(tx, state));
  }

  async #make(reading: TenantTransaction, making: Making): Promise<boolean> {
    const { clientId } = reading;
    const done = await this.#inChunks(reading, await this.#editions.openChanges(reading, making), (tx, places) =>
      this.#editions.put(tx, making, places),
    );
    if (!done) return false;
    const boundaries = await this.#editions.boundaries(reading, making.edition);
    return this.#database.inTenant(clientId, (tx) => this.#editions.show(tx, making, boundaries));
  }

  async #sweep(reading: TenantTransaction, edition: number): Promise<void> {
    await this.#inChunks(reading, await this.#editions.openReplaced(reading, edition), async (tx, replaced) => {
      await this.#editions.remove(tx, replaced);
      return true;
    });
    await this.#database.inTenant(reading.clientId, (tx) => this.#editions.markSwept(tx, edition));
  }

  /** @returns false if a write said that it may not go on */
  async #inChunks<Rows>(
    reading: TenantTransaction,
    readOn: ReadOn<Rows>,
    write: (tx: TenantTransaction, rows: Rows) => Promise<boolean>,
  ): Promise<boolean> {
    let goesOn = true;
    for (let rows = await readOn(); goesOn && rows !== undefined; rows = await readOn()) {
      const chunk = rows;
      goesOn = await this.#database.inTenant(reading.clientId, (tx) => write(tx, chunk), { plans: 'generic' });
    }
    await this.#editions.closeCursor(reading);
    return goesOn;
  }
}
