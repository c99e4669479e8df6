import { Database } from '#libs/persistence';
import { ReportsPendingWork } from '#libs/service-kit';
import { BackfillRepository } from '../persistence/backfill.repository.ts';
import { ClientPartitionRepository } from '../persistence/client-partition.repository.ts';

/** Jobs that go on by themselves, and clients whose partition is not made yet. A paused job waits for a person. */
@ReportsPendingWork()
export class ReportPendingWork {
  constructor(
    private readonly database: Database,
    private readonly partitions: ClientPartitionRepository,
    private readonly backfills: BackfillRepository,
  ) {}

  pendingWork(): Promise<Record<string, number>> {
    return this.database.inTransaction(async (tx) => {
      const missingPartitions = (await this.partitions.missing(tx)).length;
      const workingBackfills = (await this.backfills.working(tx)).length;
      return { missingPartitions, workingBackfills };
    });
  }
}
