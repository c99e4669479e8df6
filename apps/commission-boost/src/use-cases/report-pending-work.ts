import { Watermark } from '#libs/messaging';
import { Database } from '#libs/persistence';
import { ReportsPendingWork, type PendingWorkReporter } from '#libs/service-kit';
import { ClientRepository } from '../persistence/client.repository.ts';
import { DueWorkRepository } from '../persistence/due-work.repository.ts';
import { StatementRequestRepository } from '../persistence/statement-request.repository.ts';

/**
 * Syncs that are not through here, boosts that a sync has made due, statements to be made. What waits for a person does
 * not count.
 */
@ReportsPendingWork()
export class ReportPendingWork implements PendingWorkReporter {
  constructor(
    private readonly database: Database,
    private readonly watermark: Watermark,
    private readonly clients: ClientRepository,
    private readonly work: DueWorkRepository,
    private readonly statementRequests: StatementRequestRepository,
  ) {}

  async pendingWork(): Promise<Record<string, number>> {
    const open = await this.watermark.clientsWithOpenSyncs();
    const clients = await this.database.inTransaction((tx) => this.clients.all(tx));
    let [dueBoosts, statements] = [0, 0];
    for (const clientId of clients) {
      await this.database.inTenant(clientId, async (tx) => {
        dueBoosts += await this.work.count(tx);
        statements += await this.statementRequests.count(tx);
      });
    }
    return { openSyncs: open.length, dueBoosts, statements };
  }
}
