import { isUuid, type BoostId, type ClientId } from '#libs/kernel';
import { keyOf, lockLanes } from '#libs/messaging';
import { Database } from '#libs/persistence';
import { SealAlerts, type SealedPlace } from '#libs/secrets';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { RaiseAlerts } from './raise-alerts.ts';

/** Remembered at most; whoever is told again is told nothing new. */
const REMEMBERED = 10_000;

/**
 * Raises an alert for every account that does not open. Whoever met it is reading, often without a lane, and must not be
 * kept from that: the alert has a transaction of its own. One that is lost is raised when the account is met again.
 */
@Injectable()
export class TellBrokenSeals implements OnModuleInit, BeforeApplicationShutdown {
  readonly #logger = new Logger(TellBrokenSeals.name);
  readonly #told = new Set<string>();
  readonly #running = new Set<Promise<void>>();

  constructor(
    private readonly seals: SealAlerts,
    private readonly database: Database,
    private readonly raiseAlerts: RaiseAlerts,
  ) {}

  onModuleInit(): void {
    this.seals.listen((place, clientId) => this.#tell(place, clientId));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.#running);
  }

  #tell(place: SealedPlace, clientId: ClientId): void {
    const name = `${clientId} ${place.creatorId} ${place.field}`;
    if (this.#told.has(name)) return;
    if (this.#told.size >= REMEMBERED) this.#told.clear();
    this.#told.add(name);
    const telling = this.#raise(place, clientId)
      .catch((error: unknown) => {
        this.#told.delete(name);
        this.#logger.error({ err: error, clientId }, 'the alert of a broken seal was not raised');
      })
      .finally(() => this.#running.delete(telling));
    this.#running.add(telling);
  }

  async #raise({ creatorId, field }: SealedPlace, clientId: ClientId): Promise<void> {
    const [of = '', row = ''] = field.split('/');
    const boostId = isUuid(row) ? (row as BoostId) : null;
    const alert = {
      ...({ kind: 'seal_broken', creatorId, boostId } as const),
      ...{ subject: boostId === null ? `${field}/${creatorId}` : field, facts: { field: of } },
    };
    await this.database.inTenant(clientId, async (tx) => {
      await lockLanes(tx, [keyOf(clientId, creatorId)]);
      await this.raiseAlerts.execute([alert], tx);
    });
  }
}
