import { Database } from '#libs/persistence';
import { Reconciles } from '#libs/service-kit';
import { BackfillRepository } from '../persistence/backfill.repository.ts';
import { ClientRepository } from '../persistence/client.repository.ts';
import { CarryOnBackfill, type WorkingJob } from '../use-cases/carry-on-backfill.ts';

/**
 * Carries on every job that goes on by itself: one chunk of each in turn, so that a small job is not starved by a big
 * one. A job that another process has is passed over.
 */
@Reconciles({ name: 'redemption.backfills', everyMs: 200 })
export class BackfillsReconciler {
  constructor(
    private readonly database: Database,
    private readonly clients: ClientRepository,
    private readonly backfills: BackfillRepository,
    private readonly carryOn: CarryOnBackfill,
  ) {}

  async runOnce(): Promise<boolean> {
    let worked = false;
    for (const job of await this.#working()) worked = (await this.carryOn.execute(job)) || worked;
    return worked;
  }

  #working(): Promise<WorkingJob[]> {
    return this.database.inTransaction(async (tx) => {
      const jobs: WorkingJob[] = [];
      for (const clientId of await this.clients.all(tx)) {
        const tenant = await tx.enterTenant(clientId);
        jobs.push(...(await this.backfills.working(tenant)).map((job) => ({ clientId, ...job })));
      }
      return jobs;
    });
  }
}
