import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { Database } from '#libs/persistence';
import { MESSAGING_OPTIONS, type MessagingOptions } from './messaging-options.ts';
import { dropPublishedOutbox, ensureOutboxPartitions } from './outbox/outbox-partitions.ts';
import { ReleaseLoop } from './parking/release-loop.ts';
import { Relay } from './relay/relay.ts';
import { describeError } from './runner/faults.ts';
import { MessagingStatus } from './status/messaging-status.ts';

const HOUR_MS = 3_600_000;

/**
 * What runs beside requests and consumers: the outbox's days, made before anything is written and then hourly; the
 * relay; the release of parked keys. Stopped before the data source is closed.
 */
@Injectable()
export class MessagingLifecycle implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #options: MessagingOptions;
  readonly #database: Database;
  readonly #relay: Relay;
  readonly #releases: ReleaseLoop;
  readonly #status: MessagingStatus;
  #days: NodeJS.Timeout | undefined;

  constructor(
    @Inject(MESSAGING_OPTIONS) options: MessagingOptions,
    database: Database,
    relay: Relay,
    releases: ReleaseLoop,
    status: MessagingStatus,
  ) {
    this.#options = options;
    this.#database = database;
    this.#relay = relay;
    this.#releases = releases;
    this.#status = status;
  }

  async onModuleInit(): Promise<void> {
    await ensureOutboxPartitions(this.#database, this.#options.schema);
    this.#days = setInterval(() => void this.#keepDays(), HOUR_MS).unref();
  }

  onApplicationBootstrap(): void {
    if (this.#options.roles.includes('relay')) this.#relay.start();
    if (this.#options.roles.includes('consumers')) this.#releases.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#days);
    await Promise.all([this.#relay.stop(), this.#releases.stop(), this.#status.close()]);
  }

  async #keepDays(): Promise<void> {
    try {
      await ensureOutboxPartitions(this.#database, this.#options.schema);
      await dropPublishedOutbox(this.#database, this.#options.schema);
    } catch (error) {
      new Logger('Outbox').warn(`the outbox's days wait for the next hour: ${describeError(error)}`);
    }
  }
}
