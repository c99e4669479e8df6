import { Database } from '#libs/persistence';
import { Reconciles } from '#libs/service-kit';
import { RewardCountRepository } from '../persistence/reward-count.repository.ts';

/** Keeps the appended changes of the counts few: counts are exact whether it runs or not. */
@Reconciles({ name: 'redemption.reward-counts', everyMs: 2_000 })
export class RewardCountsReconciler {
  constructor(
    private readonly database: Database,
    private readonly counts: RewardCountRepository,
  ) {}

  async runOnce(): Promise<boolean> {
    const clients = await this.database.inStatement((tx) => this.counts.clientsWithDeltas(tx));
    for (const clientId of clients) await this.database.inTenant(clientId, (tx) => this.counts.fold(tx));
    return false;
  }
}
