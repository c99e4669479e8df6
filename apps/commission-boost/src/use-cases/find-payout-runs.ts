import type { ClientId } from '#libs/kernel';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { PayoutRunNotFoundError } from '../domain/payout/payout.errors.ts';
import type { PayoutAttempt, PayoutRun } from '../domain/payout/payout-run.ts';
import { PayoutAttemptRepository } from '../persistence/payout-attempt.repository.ts';
import { PayoutRunRepository, type RunExport, type RunSums } from '../persistence/payout-run.repository.ts';

export interface RunWithSums {
  readonly run: PayoutRun;
  readonly sums: readonly RunSums[];
  readonly exports: readonly RunExport[];
}

/** Payout runs to look at. */
@Injectable()
export class FindPayoutRuns {
  constructor(
    private readonly database: Database,
    private readonly runs: PayoutRunRepository,
    private readonly attempts: PayoutAttemptRepository,
  ) {}

  one(id: string, clientId: ClientId): Promise<RunWithSums> {
    return this.database.inTenant(clientId, async (tx) => this.#withSums(await this.#find(id, tx), tx));
  }

  list(
    window: { readonly before: string | undefined; readonly fetch: number },
    clientId: ClientId,
  ): Promise<RunWithSums[]> {
    return this.database.inTenant(clientId, async (tx) => {
      const found: RunWithSums[] = [];
      for (const run of await this.runs.list(window, tx)) found.push(await this.#withSums(run, tx));
      return found;
    });
  }

  payouts(
    id: string,
    window: { readonly after: string | undefined; readonly fetch: number },
    clientId: ClientId,
  ): Promise<{ readonly run: PayoutRun; readonly payouts: PayoutAttempt[] }> {
    return this.database.inTenant(clientId, async (tx) => {
      const run = await this.#find(id, tx);
      return { run, payouts: await this.attempts.page(run.id, window, tx) };
    });
  }

  async #find(id: string, tx: TenantTransaction): Promise<PayoutRun> {
    const run = await this.runs.find(id, tx);
    if (run === undefined) throw new PayoutRunNotFoundError();
    return run;
  }

  async #withSums(run: PayoutRun, tx: TenantTransaction): Promise<RunWithSums> {
    return { run, sums: await this.runs.sums(run.id, tx), exports: await this.runs.exports(run.id, tx) };
  }
}
