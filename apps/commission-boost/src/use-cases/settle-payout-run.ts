import { CLOCK, type ClientId, type Clock } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { ResultLine, ResultOutcome } from '../domain/payout/judge-result.ts';
import { PayoutRunNotFoundError, PayoutRunNotOpenError } from '../domain/payout/payout.errors.ts';
import { PayoutRunRepository } from '../persistence/payout-run.repository.ts';
import { SettlePayouts } from './settle-payouts.ts';

export interface NumberedResult extends ResultLine {
  /** Of the file, from 1. */
  readonly line: number;
}

export interface SettledLine {
  readonly line: number;
  readonly reference: string;
  readonly outcome: ResultOutcome;
}

/** Lines of one transaction at most. */
const CHUNK = 500;

/**
 * Books what the provider says of a run, line by line as the file comes. A chunk is one transaction, so a file that
 * breaks off is booked as far as it came; sent again, it finds those lines settled and goes on.
 */
@Injectable()
export class SettlePayoutRun {
  constructor(
    private readonly database: Database,
    private readonly runs: PayoutRunRepository,
    private readonly settlePayouts: SettlePayouts,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(
    clientId: ClientId,
    sent: { readonly runId: string; readonly adminId: string },
    results: AsyncIterable<readonly NumberedResult[]>,
  ): Promise<SettledLine[]> {
    await this.#check(clientId, sent.runId);
    const seen = new Set<string>();
    const lines: SettledLine[] = [];
    for await (const batch of results) {
      for (let at = 0; at < batch.length; at += CHUNK) {
        const chunk = batch.slice(at, at + CHUNK);
        const by = { ...sent, at: this.clock.now() };
        const outcomes = await this.settlePayouts.execute(clientId, chunk, { by, seen });
        chunk.forEach(({ line, reference }, index) => {
          seen.add(reference);
          lines.push({ line, reference, outcome: outcomes[index] ?? 'unknown_reference' });
        });
      }
    }
    await this.database.inTenant(clientId, (tx) => this.runs.end([sent.runId], this.clock.now(), tx));
    return lines;
  }

  async #check(clientId: ClientId, runId: string): Promise<void> {
    const run = await this.database.inTenant(clientId, (tx) => this.runs.find(runId, tx));
    if (run === undefined) throw new PayoutRunNotFoundError();
    if (run.state === 'freezing') throw new PayoutRunNotOpenError(run.state, 'take results');
  }
}
