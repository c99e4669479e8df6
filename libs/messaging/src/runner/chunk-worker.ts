import { Logger } from '@nestjs/common';
import type { Database } from '#libs/persistence';
import { ChunkApplier, type Chunk } from './apply-chunk.ts';
import { pause } from './backoff.ts';
import { describeError, faultOf } from './faults.ts';
import { placeOf, type RunnerProgress } from './runner-progress.ts';

const TRIES = 3;
const BETWEEN_TRIES_MS = [10, 50];

/** The process shall stop; what is committed stays, the rest comes again. */
export class RunnerStopping extends Error {}

/**
 * Gets a chunk through its consumer, whatever the consumer does with it. A failing chunk is halved until the bad event
 * stands alone; each half is a transaction of its own, the earlier events first, so that keys keep their order.
 */
export class ChunkWorker {
  readonly #database: Database;
  readonly #applier: ChunkApplier;
  readonly #progress: RunnerProgress;
  readonly #logger = new Logger('Consumers');

  constructor(database: Database, schema: string, progress: RunnerProgress) {
    this.#database = database;
    this.#applier = new ChunkApplier(schema);
    this.#progress = progress;
  }

  /** @throws the error, when it is of the infrastructure: the events that are not committed must come again */
  async work(chunk: Chunk, isStopping: () => boolean): Promise<void> {
    if (isStopping()) throw new RunnerStopping();
    const error = await this.#attempt(chunk);
    if (error === undefined) return;
    const fault = faultOf(error);
    if (chunk.deliveries.length > 1 && fault !== 'infrastructure') {
      const middle = chunk.deliveries.length >> 1;
      await this.work({ ...chunk, deliveries: chunk.deliveries.slice(0, middle) }, isStopping);
      await this.work({ ...chunk, deliveries: chunk.deliveries.slice(middle) }, isStopping);
    } else if (fault === 'poison') {
      await this.#tryAgainOrPark(chunk, error);
    } else {
      throw error;
    }
  }

  async #tryAgainOrPark(chunk: Chunk, first: unknown): Promise<void> {
    let error = first;
    for (let tries = 1; tries < TRIES; tries += 1) {
      await pause(BETWEEN_TRIES_MS[tries - 1] ?? 0, AbortSignal.any([]));
      const next = await this.#attempt(chunk);
      if (next === undefined) return;
      if (faultOf(next) !== 'poison') throw next;
      error = next;
    }
    const reason = describeError(error);
    await this.#database.inTransaction((tx) => this.#applier.park(tx, chunk, reason));
    this.#progress.committed(chunk.consumer.name, placeOfChunk(chunk), { handled: 0, setAside: 1, gaps: 0 });
    const [delivery] = chunk.deliveries;
    this.#logger.error(
      { consumer: chunk.consumer.name, clientId: delivery?.event.clientId, eventId: delivery?.event.id, reason },
      'a key is parked',
    );
  }

  /** @returns what went wrong, undefined when the chunk is committed */
  async #attempt(chunk: Chunk): Promise<unknown> {
    try {
      const applied = await this.#applier.apply(this.#database, chunk);
      this.#progress.committed(chunk.consumer.name, placeOfChunk(chunk), applied);
      return undefined;
    } catch (error) {
      return error ?? new Error('a handler rejected with nothing');
    }
  }
}

function placeOfChunk(chunk: Chunk): string {
  return placeOf(chunk.consumer.definition.topic, chunk.partition);
}
