import { PARTITIONS } from '#libs/contracts';
import { CLOCK, type ClientId, type Clock } from '#libs/kernel';
import { lockLaneNumbers } from '#libs/messaging';
import { Database } from '#libs/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { PayoutRunRepository } from '../persistence/payout-run.repository.ts';
import { BookPayments } from './book-payments.ts';

/** Payouts of one transaction at most: writers stay under a second. */
const CHUNK = 1_000;

/**
 * Takes everything payable up into a run, a lane at a time, and opens it. After a crash it goes on where it stopped; two
 * processes that do it at once share the work, since the lane is held.
 */
@Injectable()
export class FreezePayouts {
  constructor(
    private readonly database: Database,
    private readonly runs: PayoutRunRepository,
    private readonly bookPayments: BookPayments,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(clientId: ClientId, runId: string): Promise<void> {
    for (let lane = 0; lane < PARTITIONS; lane += 1) {
      while ((await this.#freezeChunk(clientId, runId, lane)) === CHUNK);
    }
    await this.database.inTenant(clientId, (tx) => this.runs.open(runId, this.clock.now(), tx));
  }

  /** Runs that a process has begun and not finished. */
  freezing(clientId: ClientId): Promise<string[]> {
    return this.database.inTenant(clientId, (tx) => this.runs.freezing(tx));
  }

  #freezeChunk(clientId: ClientId, runId: string, lane: number): Promise<number> {
    return this.database.inTenant(clientId, async (tx) => {
      await lockLaneNumbers(tx, [lane]);
      const run = await this.runs.keep(runId, 'freezing', tx);
      if (run === undefined) return 0;
      const frozen = await this.runs.freeze(run, { lane, limit: CHUNK }, tx);
      // Before the file leaves the house: afterwards the alert would be late.
      const accounts = frozen.map(({ boostId, creatorId, version }) => ({
        boost: { id: boostId, creatorId },
        version,
      }));
      await this.bookPayments.watchAccounts(accounts, this.clock.now(), tx);
      return frozen.length;
    });
  }
}
