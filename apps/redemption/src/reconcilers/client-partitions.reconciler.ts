import { Database } from '#libs/persistence';
import { Reconciles } from '#libs/service-kit';
import { ClientPartitionRepository } from '../persistence/client-partition.repository.ts';

/** Makes the partition of each new client, each in a transaction of its own; consumers of its events wait for it. */
@Reconciles({ name: 'redemption.client-partitions', everyMs: 250, atBoot: true })
export class ClientPartitionsReconciler {
  constructor(
    private readonly database: Database,
    private readonly partitions: ClientPartitionRepository,
  ) {}

  async runOnce(): Promise<boolean> {
    const missing = await this.database.inStatement((tx) => this.partitions.missing(tx));
    let made = false;
    for (const clientId of missing) {
      made = (await this.database.inTransaction((tx) => this.partitions.make(clientId, tx))) || made;
    }
    return made;
  }
}
