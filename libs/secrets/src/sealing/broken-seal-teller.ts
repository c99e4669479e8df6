import type { ClientId } from '#libs/kernel';
import { Logger, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { SealAlerts } from './seal-alerts.ts';
import type { SealedPlace } from './sealed-place.ts';

/** Remembered at most; whoever is told again is told nothing new. */
const REMEMBERED = 10_000;

/**
 * Tells of every sealed value that does not open, each once. Whoever met it is reading, often without a lane, and must not
 * be kept from that: what is told has a transaction of its own. What is lost is told when the value is met again.
 */
export abstract class BrokenSealTeller implements OnModuleInit, BeforeApplicationShutdown {
  readonly #seals: SealAlerts;
  readonly #logger = new Logger(BrokenSealTeller.name);
  readonly #told = new Set<string>();
  readonly #running = new Set<Promise<void>>();

  constructor(seals: SealAlerts) {
    this.#seals = seals;
  }

  /** In a transaction of its own. */
  protected abstract tell(place: SealedPlace, clientId: ClientId): Promise<void>;

  onModuleInit(): void {
    this.#seals.listen((place, clientId) => this.#meet(place, clientId));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.#running);
  }

  #meet(place: SealedPlace, clientId: ClientId): void {
    const name = `${clientId} ${place.creatorId} ${place.field}`;
    if (this.#told.has(name)) return;
    if (this.#told.size >= REMEMBERED) this.#told.clear();
    this.#told.add(name);
    const telling = this.tell(place, clientId)
      .catch((error: unknown) => {
        this.#told.delete(name);
        this.#logger.error({ err: error, clientId }, 'a broken seal was told to nobody');
      })
      .finally(() => this.#running.delete(telling));
    this.#running.add(telling);
  }
}
