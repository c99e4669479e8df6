import { Database } from '#libs/persistence';
import { ReportsPendingWork, type PendingWorkReporter } from '#libs/service-kit';
import { ClientRepository } from '../persistence/client.repository.ts';
import { ReleasePayouts } from './release-payouts.ts';

/** Payouts whose hold is over and that are not payable yet. */
@ReportsPendingWork()
export class ReportHeldPayouts implements PendingWorkReporter {
  constructor(
    private readonly database: Database,
    private readonly clients: ClientRepository,
    private readonly releasePayouts: ReleasePayouts,
  ) {}

  async pendingWork(): Promise<Record<string, number>> {
    const clients = await this.database.inTransaction((tx) => this.clients.all(tx));
    let payoutsToRelease = 0;
    for (const clientId of clients) payoutsToRelease += await this.releasePayouts.pending(clientId);
    return { payoutsToRelease };
  }
}
