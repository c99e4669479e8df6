import { Database } from '#libs/persistence';
import { Reconciles } from '#libs/service-kit';
import { ClientRepository } from '../persistence/client.repository.ts';
import { CompareFormerAccounts } from '../use-cases/compare-former-accounts.ts';

/** Compares accounts that nobody has compared. */
@Reconciles({ name: 'commission-boost.compare-former-accounts', everyMs: 60_000 })
export class FormerAccountReconciler {
  constructor(
    private readonly database: Database,
    private readonly clients: ClientRepository,
    private readonly compareFormerAccounts: CompareFormerAccounts,
  ) {}

  async runOnce(): Promise<boolean> {
    for (const clientId of await this.database.inStatement((tx) => this.clients.all(tx))) {
      while (await this.compareFormerAccounts.execute(clientId));
    }
    return false;
  }
}
