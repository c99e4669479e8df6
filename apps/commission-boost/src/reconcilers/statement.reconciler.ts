import { Database } from '#libs/persistence';
import { Reconciles, type Reconciler } from '#libs/service-kit';
import { ClientRepository } from '../persistence/client.repository.ts';
import { MakeStatements } from '../use-cases/make-statements.ts';

/** Makes the statements that nobody has asked for yet, a chunk a client, so that no client waits for another's many. */
@Reconciles({ name: 'commission-boost.make-statements', everyMs: 1_000 })
export class StatementReconciler implements Reconciler {
  constructor(
    private readonly database: Database,
    private readonly clients: ClientRepository,
    private readonly makeStatements: MakeStatements,
  ) {}

  async runOnce(): Promise<boolean> {
    let done = 0;
    for (const clientId of await this.database.inStatement((tx) => this.clients.all(tx))) {
      done += await this.makeStatements.execute(clientId);
    }
    return done > 0;
  }
}
