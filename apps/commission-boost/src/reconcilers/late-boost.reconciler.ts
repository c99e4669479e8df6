import { Database } from '#libs/persistence';
import { Reconciles, type Reconciler } from '#libs/service-kit';
import { ClientRepository } from '../persistence/client.repository.ts';
import { MoveDueBoosts } from '../use-cases/move-due-boosts.ts';

/**
 * Boosts that are due by syncs of the past: their claim arrived late, or their creator was just released from a parked
 * key. The steps are those of the common path.
 */
@Reconciles({ name: 'commission-boost.move-late-boosts', everyMs: 1_000 })
export class LateBoostReconciler implements Reconciler {
  constructor(
    private readonly database: Database,
    private readonly clients: ClientRepository,
    private readonly moveDueBoosts: MoveDueBoosts,
  ) {}

  async runOnce(): Promise<boolean> {
    const clients = await this.database.inStatement((tx) => this.clients.all(tx));
    let moved = 0;
    for (const clientId of clients) moved += await this.moveDueBoosts.execute(clientId);
    return moved > 0;
  }
}
