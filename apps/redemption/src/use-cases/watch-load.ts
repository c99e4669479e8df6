import { randomUUID } from 'node:crypto';
import { Database, inBackground } from '#libs/persistence';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { adapt, UNTHROTTLED, type Throttle } from '../domain/backfill/throttle.ts';
import { LoadReadingRepository } from '../persistence/load-reading.repository.ts';

const EVERY_MS = 1_000;

/**
 * Measures in every process, whatever its roles, what backfills may hurt: how slow requests and consumers find the
 * database, and how long events wait for the relay. All tell each other once a second, and the workers of each go by the
 * worst of it.
 */
@Injectable()
export class WatchLoad implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #process = randomUUID();
  readonly #logger = new Logger('load');
  #throttle = UNTHROTTLED;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly readings: LoadReadingRepository,
  ) {}

  get throttle(): Throttle {
    return this.#throttle;
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.#looking ??= inBackground(() => this.#tryLook()).finally(() => (this.#looking = undefined));
    }, EVERY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** Tells what this process has measured since the last look, and goes by what all have. */
  async look(): Promise<void> {
    const factor = this.database.foreground.read() ?? null;
    const before = this.#throttle;
    const load = await this.database.inTransaction((tx) => this.readings.publish(this.#process, factor, tx));
    this.#throttle = adapt(before, load);
    if (this.#throttle.share < before.share) {
      const found = `statements at ${load.foregroundFactor?.toFixed(1) ?? 'no'} times their idle time, relay ${load.relayLagMs.toFixed(0)} ms behind`;
      this.#logger.debug(`backfills work ${(this.#throttle.share * 100).toFixed(0)} % of the time: ${found}`);
    }
  }

  async #tryLook(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      this.#logger.warn({ err: error }, 'the load can not be told; backfills go on as they did');
    }
  }
}
