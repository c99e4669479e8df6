import type { ClientId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Reconciles, type Reconciler } from '#libs/service-kit';
import { ProgrammeDateRepository } from '../persistence/programme-date.repository.ts';
import { MakeLeaderboard } from '../use-cases/make-leaderboard.ts';

/** Clients at a time: a large board keeps a small one waiting at most for another large one. */
const CONCURRENCY = 2;

/** Rounds after which boards that were up to date are looked at again: a released key or a rebuild moves no sync. */
const LOOK_AGAIN_AFTER_ROUNDS = 20;

@Reconciles({ name: 'tier-evaluation.make-leaderboards', everyMs: 250 })
export class MakeLeaderboards implements Reconciler {
  readonly #database: Database;
  readonly #dates: ProgrammeDateRepository;
  readonly #make: MakeLeaderboard;
  /** The applied sync by which a client's board was last seen to be up to date. */
  readonly #upToDate = new Map<ClientId, number>();
  #round = 0;

  constructor(database: Database, dates: ProgrammeDateRepository, make: MakeLeaderboard) {
    this.#database = database;
    this.#dates = dates;
    this.#make = make;
  }

  async runOnce(): Promise<boolean> {
    this.#round = (this.#round + 1) % LOOK_AGAIN_AFTER_ROUNDS;
    if (this.#round === 0) this.#upToDate.clear();
    const clients = await this.#database.inStatement((tx) => this.#dates.startedClients(tx));
    const waiting = clients.filter(({ clientId, syncSequence }) => this.#upToDate.get(clientId) !== syncSequence);
    let worked = false;
    const work = async () => {
      for (let client = waiting.pop(); client !== undefined; client = waiting.pop()) {
        if (await this.#make.execute(client.clientId)) worked = true;
        else if (!(await this.#make.isBehind(client.clientId)))
          this.#upToDate.set(client.clientId, client.syncSequence);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    return worked;
  }
}
