import { Database } from '#libs/persistence';
import { ReportsPendingWork, type PendingWorkReporter } from '#libs/service-kit';
import { ClientRepository } from '../persistence/client.repository.ts';
import { FreezePayouts } from './freeze-payouts.ts';
import { ReleasePayouts } from './release-payouts.ts';

/** Payouts whose hold is over, and runs that are still freezing. What waits for a person or a provider does not count. */
@ReportsPendingWork()
export class ReportHeldPayouts implements PendingWorkReporter {
  constructor(
    private readonly database: Database,
    private readonly clients: ClientRepository,
    private readonly releasePayouts: ReleasePayouts,
    private readonly freezePayouts: FreezePayouts,
  ) {}

  async pendingWork(): Promise<Record<string, number>> {
    const clients = await this.database.inTransaction((tx) => this.clients.all(tx));
    let [payoutsToRelease, freezingRuns] = [0, 0];
    for (const clientId of clients) {
      payoutsToRelease += await this.releasePayouts.pending(clientId);
      freezingRuns += (await this.freezePayouts.freezing(clientId)).length;
    }
    return { payoutsToRelease, freezingRuns };
  }
}
