import { isUuid, type BoostId, type ClientId } from '#libs/kernel';
import { keyOf, lockLanes } from '#libs/messaging';
import { Database } from '#libs/persistence';
import { BrokenSealTeller, SealAlerts, type SealedPlace } from '#libs/secrets';
import { Injectable } from '@nestjs/common';
import { RaiseAlerts } from './raise-alerts.ts';

/** Raises an alert for every account that does not open. */
@Injectable()
export class TellBrokenSeals extends BrokenSealTeller {
  readonly #database: Database;
  readonly #raiseAlerts: RaiseAlerts;

  constructor(seals: SealAlerts, database: Database, raiseAlerts: RaiseAlerts) {
    super(seals);
    this.#database = database;
    this.#raiseAlerts = raiseAlerts;
  }

  protected async tell({ creatorId, field }: SealedPlace, clientId: ClientId): Promise<void> {
    const [of = '', row = ''] = field.split('/');
    const boostId = isUuid(row) ? (row as BoostId) : null;
    const alert = {
      ...({ kind: 'seal_broken', creatorId, boostId } as const),
      ...{ subject: boostId === null ? `${field}/${creatorId}` : field, facts: { field: of } },
    };
    await this.#database.inTenant(clientId, async (tx) => {
      await lockLanes(tx, [keyOf(clientId, creatorId)]);
      await this.#raiseAlerts.execute([alert], tx);
    });
  }
}
