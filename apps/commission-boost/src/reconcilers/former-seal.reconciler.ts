import { Database } from '#libs/persistence';
import { Reconciles } from '#libs/service-kit';
import { ClientRepository } from '../persistence/client.repository.ts';
import { PaymentDetailRepository, type DetailKey } from '../persistence/payment-detail.repository.ts';

const CHUNK = 200;
const BEGINNING: DetailKey = { boostId: '00000000-0000-0000-0000-000000000000', version: 0 };

/**
 * Seals accounts with their creators' keys that were sealed before these had any. Two processes that meet at one account
 * seal it once: what is no longer as it was found stays as it is.
 */
@Reconciles({ name: 'commission-boost.former-seal', everyMs: 60_000 })
export class FormerSealReconciler {
  constructor(
    private readonly database: Database,
    private readonly clients: ClientRepository,
    private readonly details: PaymentDetailRepository,
  ) {}

  async runOnce(): Promise<boolean> {
    for (const clientId of await this.database.inStatement((tx) => this.clients.all(tx))) {
      let after: DetailKey | undefined = BEGINNING;
      while (after !== undefined) {
        const from: DetailKey = after;
        after = await this.database.inTenant(clientId, (tx) => this.details.sealAnew(from, CHUNK, tx));
      }
    }
    return false;
  }
}
