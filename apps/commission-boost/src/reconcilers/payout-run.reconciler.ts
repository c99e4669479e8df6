import { Database } from '#libs/persistence';
import { Reconciles, type Reconciler } from '#libs/service-kit';
import { ClientRepository } from '../persistence/client.repository.ts';
import { FreezePayouts } from '../use-cases/freeze-payouts.ts';

/** Finishes payout runs whose request broke off before everything payable was in them. */
@Reconciles({ name: 'commission-boost.freeze-payout-runs', everyMs: 2_000 })
export class PayoutRunReconciler implements Reconciler {
  constructor(
    private readonly database: Database,
    private readonly clients: ClientRepository,
    private readonly freezePayouts: FreezePayouts,
  ) {}

  async runOnce(): Promise<boolean> {
    const clients = await this.database.inStatement((tx) => this.clients.all(tx));
    for (const clientId of clients) {
      for (const runId of await this.freezePayouts.freezing(clientId))
        await this.freezePayouts.execute(clientId, runId);
    }
    return false;
  }
}
