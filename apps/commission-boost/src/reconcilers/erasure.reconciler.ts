import { Database } from '#libs/persistence';
import { Reconciles, ReportsPendingWork, type PendingWorkReporter, type Reconciler } from '#libs/service-kit';
import type { ClientId } from '#libs/kernel';
import { ClientRepository } from '../persistence/client.repository.ts';
import { CarryOutErasures } from '../use-cases/carry-out-erasures.ts';

/** Answers and carries out erasures, and ends boosts of erased creators when their time has come. */
@Reconciles({ name: 'commission-boost.carry-out-erasures', everyMs: 500 })
@ReportsPendingWork()
export class ErasureReconciler implements Reconciler, PendingWorkReporter {
  constructor(
    private readonly database: Database,
    private readonly clients: ClientRepository,
    private readonly carryOutErasures: CarryOutErasures,
  ) {}

  async runOnce(): Promise<boolean> {
    let worked = false;
    for (const clientId of await this.#all()) worked = (await this.carryOutErasures.execute(clientId)) || worked;
    return worked;
  }

  async pendingWork(): Promise<Record<string, number>> {
    let erasures = 0;
    for (const clientId of await this.#all()) erasures += await this.carryOutErasures.count(clientId);
    return { erasures };
  }

  #all(): Promise<ClientId[]> {
    return this.database.inStatement((tx) => this.clients.all(tx));
  }
}
