import { Database } from '#libs/persistence';
import { Reconciles, type Reconciler } from '#libs/service-kit';
import { ClientRepository } from '../persistence/client.repository.ts';
import { LedgerRepository } from '../persistence/ledger.repository.ts';

/** Adds up what payments have appended to the totals, so that reading them stays quick. */
@Reconciles({ name: 'commission-boost.fold-payout-totals', everyMs: 5_000 })
export class PayoutTotalReconciler implements Reconciler {
  constructor(
    private readonly database: Database,
    private readonly clients: ClientRepository,
    private readonly ledger: LedgerRepository,
  ) {}

  async runOnce(): Promise<boolean> {
    const clients = await this.database.inStatement((tx) => this.clients.all(tx));
    for (const clientId of clients) await this.database.inTenant(clientId, (tx) => this.ledger.fold(tx));
    return false;
  }
}
