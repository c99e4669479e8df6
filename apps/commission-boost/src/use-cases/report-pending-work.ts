import { Watermark } from '#libs/messaging';
import { Database } from '#libs/persistence';
import { ReportsPendingWork, type PendingWorkReporter } from '#libs/service-kit';
import { ClientRepository } from '../persistence/client.repository.ts';
import { DueWorkRepository } from '../persistence/due-work.repository.ts';

/** Syncs that are not through here, and boosts that a sync has made due. What waits for a person does not count. */
@ReportsPendingWork()
export class ReportPendingWork implements PendingWorkReporter {
  constructor(
    private readonly database: Database,
    private readonly watermark: Watermark,
    private readonly clients: ClientRepository,
    private readonly work: DueWorkRepository,
  ) {}

  async pendingWork(): Promise<Record<string, number>> {
    const open = await this.watermark.clientsWithOpenSyncs();
    const clients = await this.database.inTransaction((tx) => this.clients.all(tx));
    let dueBoosts = 0;
    for (const clientId of clients) {
      dueBoosts += await this.database.inTenant(clientId, (tx) => this.work.count(tx));
    }
    return { openSyncs: open.length, dueBoosts };
  }
}
