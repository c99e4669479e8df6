import { randomUUID } from 'node:crypto';
import { newEvent, SealBrokenV1 } from '#libs/contracts';
import { isUuid, type ClientId } from '#libs/kernel';
import { keyOf, lockLanes, Outbox } from '#libs/messaging';
import { Database } from '#libs/persistence';
import { BrokenSealTeller, SealAlerts, type SealedPlace } from '#libs/secrets';
import { Injectable } from '@nestjs/common';

/** Tells of every address that does not open, by an event: commission-boost keeps the alerts. */
@Injectable()
export class TellBrokenSeals extends BrokenSealTeller {
  readonly #database: Database;
  readonly #outbox: Outbox;

  constructor(seals: SealAlerts, database: Database, outbox: Outbox) {
    super(seals);
    this.#database = database;
    this.#outbox = outbox;
  }

  protected async tell({ creatorId, field: place }: SealedPlace, clientId: ClientId): Promise<void> {
    const [field = '', row = ''] = place.split('/');
    const event = newEvent(SealBrokenV1, {
      clientId,
      aggregateId: creatorId,
      subject: randomUUID(),
      aggregateVersion: 1,
      data: { creatorId, redemptionId: isUuid(row) ? row : null, field },
    });
    await this.#database.inTenant(clientId, async (tx) => {
      await lockLanes(tx, [keyOf(clientId, creatorId)]);
      await this.#outbox.append(tx, [event]);
    });
  }
}
