import { Inject, Injectable, Logger } from '@nestjs/common';
import { Database } from '#libs/persistence';
import { RecordReader, type ReadRecord } from '../envelope/read-record.ts';
import { MESSAGING_OPTIONS, type MessagingOptions } from '../messaging-options.ts';
import { Backoff } from './backoff.ts';
import { ChunkWorker, RunnerStopping } from './chunk-worker.ts';
import { ConsumerRegistry } from './consumer-registry.ts';
import { cutChunks } from './cut-chunks.ts';
import type { Delivery } from './delivery.ts';
import { describeError, faultOf } from './faults.ts';
import { RecordParking } from './record-parking.ts';
import type { BatchOutcome, RecordBatch } from './record-source.ts';
import { placeOf, RunnerProgress } from './runner-progress.ts';

/**
 * Brings the records of a partition to every consumer of their topic, chunk after chunk, and acknowledges a chunk when
 * all are through with it. Consumers do not wait for each other within a chunk: one that fails leaves the chunk
 * unacknowledged, and to the others its second coming is stale.
 */
@Injectable()
export class BatchProcessor {
  readonly #registry: ConsumerRegistry;
  readonly #progress: RunnerProgress;
  readonly #logger = new Logger('Consumers');
  readonly #worker: ChunkWorker;
  readonly #parking: RecordParking;
  readonly #backoffs = new Map<string, Backoff>();
  #reader: RecordReader | undefined;

  constructor(
    database: Database,
    @Inject(MESSAGING_OPTIONS) options: MessagingOptions,
    registry: ConsumerRegistry,
    progress: RunnerProgress,
  ) {
    this.#registry = registry;
    this.#progress = progress;
    this.#worker = new ChunkWorker(database, options.schema, progress);
    this.#parking = new RecordParking(database, options.schema);
  }

  /** Rejects only when an acknowledgement fails. */
  async process(batch: RecordBatch): Promise<BatchOutcome> {
    const reader = this.#recordReader();
    for (const chunk of cutChunks(batch.records, (record) => reader.read(record, batch.partition))) {
      if (batch.isStopping()) return { kind: 'done' };
      try {
        await this.#processChunk(batch, chunk.records);
      } catch (error) {
        return error instanceof RunnerStopping ? { kind: 'done' } : this.#comeBack(batch, error);
      }
      await batch.acknowledge(chunk.lastOffset);
      const place = placeOf(batch.topic, batch.partition);
      this.#backoffs.delete(place);
      this.#progress.acknowledged(place);
    }
    return { kind: 'done' };
  }

  async #processChunk(batch: RecordBatch, records: readonly ReadRecord[]): Promise<void> {
    const consumers = this.#registry.ofTopic(batch.topic);
    await this.#parkUnreadable(batch, records);
    const failures: unknown[] = [];
    for (const consumer of consumers) {
      const { definition, mostEvents } = consumer;
      try {
        for (const deliveries of portions(deliveriesOf(batch, records, definition.type), mostEvents))
          await this.#worker.work({ consumer, partition: batch.partition, deliveries }, () => batch.isStopping());
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    for (const record of records) {
      if (record.kind === 'passed-over' && !record.isKnown) this.#progress.passedOver(record.type);
    }
  }

  async #parkUnreadable(batch: RecordBatch, records: readonly ReadRecord[]): Promise<void> {
    const unreadable = records.filter((record) => record.kind === 'unreadable');
    if (unreadable.length === 0) return;
    await this.#parking.park(batch, unreadable, this.#registry.ofTopic(batch.topic));
    this.#progress.unreadable += unreadable.length;
    for (const { record, reason } of unreadable)
      this.#logger.error(
        `parked an unreadable record: ${placeOf(batch.topic, batch.partition)}@${record.offset}: ${reason}`,
      );
  }

  /** An error that is not the infrastructure's comes from the runner itself: it waits too, but liveness will notice. */
  #comeBack(batch: RecordBatch, error: unknown): BatchOutcome {
    const place = placeOf(batch.topic, batch.partition);
    const backoff = this.#backoffs.get(place) ?? new Backoff();
    this.#backoffs.set(place, backoff);
    const afterMs = backoff.nextMs();
    if (faultOf(error) !== 'poison') this.#progress.declareBackoff(place, afterMs);
    this.#progress.retries += 1;
    this.#logger.warn(`${place} waits ${afterMs} ms: ${describeError(error)}`);
    return { kind: 'retry', afterMs };
  }

  #recordReader(): RecordReader {
    const consumed = new Set(this.#registry.all().map((consumer) => consumer.definition.type));
    return (this.#reader ??= new RecordReader(this.#registry.definitions(), consumed));
  }
}

function deliveriesOf(batch: RecordBatch, records: readonly ReadRecord[], type: string): Delivery[] {
  const { topic, partition } = batch;
  return records.flatMap((read) => {
    if (read.kind !== 'event' || read.type !== type) return [];
    const { event, record } = read;
    return [{ event, topic, partition, offset: record.offset, value: () => record.value?.toString('utf8') ?? '' }];
  });
}

function* portions<T>(items: readonly T[], most: number): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += most) yield items.slice(from, from + most);
}
