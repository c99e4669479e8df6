import { Database } from '#libs/persistence';
import { Reconciles, type Reconciler } from '#libs/service-kit';
import { HistoryPartitionRepository } from '../persistence/history-partition.repository.ts';

/** Keeps the quarters of the history ahead of time. */
@Reconciles({ name: 'commission-boost.make-history-partitions', everyMs: 3_600_000, atBoot: true })
export class HistoryPartitionReconciler implements Reconciler {
  constructor(
    private readonly database: Database,
    private readonly partitions: HistoryPartitionRepository,
  ) {}

  async runOnce(): Promise<boolean> {
    return (await this.database.inTransaction((tx) => this.partitions.ensure(tx))) > 0;
  }
}
