import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Database, inBackground } from '#libs/persistence';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { adapt, isIdle, UNTHROTTLED, type Throttle } from '../domain/backfill/throttle.ts';
import { WorkerTime } from '../domain/backfill/worker-time.ts';
import { LoadReadingRepository, type WorstReading } from '../persistence/load-reading.repository.ts';
import { BACKFILL_PACE, type BackfillPace } from './backfill-pace.ts';

const EVERY_MS = 1_000;
const LEARN_IDLE = 0.1;

/**
 * Measures in every process, whatever its roles, what backfills may hurt: how slow requests and consumers find the
 * database, and how long events wait for the relay. All tell each other once a second, and the workers of each go by the
 * worst of it.
 */
@Injectable()
export class WatchLoad implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #process = randomUUID();
  readonly #logger = new Logger('load');
  readonly #workers: WorkerTime;
  #throttle = UNTHROTTLED;
  /** Of any process, as it was told at the last look. A process that has just started does not know it yet. */
  #shareBefore = 1;
  #idleLagMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly readings: LoadReadingRepository,
    @Inject(BACKFILL_PACE) { workers }: BackfillPace,
  ) {
    this.#workers = new WorkerTime(workers, performance.now());
  }

  get throttle(): Throttle {
    return this.#throttle;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.database.inTransaction((tx) => this.readings.forgetOld(tx));
    this.#timer = setInterval(() => {
      this.#looking ??= inBackground(() => this.#tryLook()).finally(() => (this.#looking = undefined));
    }, EVERY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** What a worker of this process does in one turn. */
  async turn<T>(work: () => Promise<T>): Promise<T> {
    this.#workers.beginTurn(performance.now());
    try {
      return await work();
    } finally {
      this.#workers.endTurn(performance.now());
    }
  }

  /** A worker rests because of the throttle. */
  async rest(ms: number): Promise<void> {
    this.#workers.beginRest();
    try {
      await pause(ms);
    } finally {
      this.#workers.endRest();
    }
  }

  /** Tells what this process has measured since the last look, and goes by what all have. */
  async look(): Promise<void> {
    const before = this.#throttle;
    const { share, onlyRested } = this.#workers.take(performance.now());
    const foregroundFactor = this.database.foreground.read(isIdle(Math.max(share, this.#shareBefore))) ?? null;
    const reading = { process: this.#process, foregroundFactor, share };
    const found = await this.database.inTransaction((tx) => this.readings.publish(reading, tx));
    if (isIdle(found.share)) this.#idleLagMs += LEARN_IDLE * (found.relayLagMs - this.#idleLagMs);
    this.#shareBefore = found.share;
    this.#throttle = adapt(before, { ...found, onlyRested, idleLagMs: this.#idleLagMs });
    if (this.#throttle.share < before.share) this.#tell(found);
  }

  #tell(found: WorstReading): void {
    const percent = (this.#throttle.share * 100).toFixed(0);
    const statements = `statements ${found.foregroundFactor?.toFixed(1) ?? 'no'} times as slow as idle`;
    this.#logger.debug(
      `backfills work ${percent} % of the time: ${statements}, relay ${found.relayLagMs.toFixed(0)} ms behind`,
    );
  }

  async #tryLook(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      this.#logger.warn({ err: error }, 'the load can not be told; backfills go on as they did');
    }
  }
}
