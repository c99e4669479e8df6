import { Database } from '#libs/persistence';
import { Reconciles, type Reconciler } from '#libs/service-kit';
import { ClientRepository } from '../persistence/client.repository.ts';
import { ReleasePayouts } from '../use-cases/release-payouts.ts';

/** Payouts become payable when the programme date reaches the end of their hold, or when their details come after it. */
@Reconciles({ name: 'commission-boost.release-payouts', everyMs: 1_000 })
export class ReleasePayoutsReconciler implements Reconciler {
  constructor(
    private readonly database: Database,
    private readonly clients: ClientRepository,
    private readonly releasePayouts: ReleasePayouts,
  ) {}

  async runOnce(): Promise<boolean> {
    const clients = await this.database.inStatement((tx) => this.clients.all(tx));
    let released = 0;
    for (const clientId of clients) released += await this.releasePayouts.execute(clientId);
    return released > 0;
  }
}
