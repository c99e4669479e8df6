import { Inject, Injectable, Logger } from '@nestjs/common';
import { Database, sql, trustedSql, type Statement, type Transaction } from '#libs/persistence';
import { eventOfStoredValue } from '../envelope/read-record.ts';
import { MESSAGING_OPTIONS, type MessagingOptions } from '../messaging-options.ts';
import { keyOf, lockConsumerLane } from '../outbox/lanes.ts';
import { partitionOf } from '../outbox/partitioner.ts';
import { ChunkApplier } from '../runner/apply-chunk.ts';
import { pause } from '../runner/backoff.ts';
import { ConsumerRegistry, type RegisteredConsumer } from '../runner/consumer-registry.ts';
import type { Delivery } from '../runner/delivery.ts';
import { describeError, faultOf } from '../runner/faults.ts';

const POLL_MS = 250;
const PAGE_EVENTS = 500;
const TRIES = 3;

interface ReleasingKey {
  readonly id: string;
  readonly consumer: string;
  readonly client_id: string;
  readonly aggregate_id: string;
}

type Step = 'more' | 'ended' | 'untouched';

/**
 * Brings the events of keys that an operator has released back to their consumers, in order and under the lane lock, so
 * that what arrives meanwhile queues behind them. When the queue is empty the key's row goes in the same transaction,
 * and the next event finds the key free; an event that fails again leaves the key parked at that event.
 */
@Injectable()
export class ReleaseLoop {
  readonly #database: Database;
  readonly #registry: ConsumerRegistry;
  readonly #schema: Statement;
  readonly #applier: ChunkApplier;
  readonly #logger = new Logger('Parking');
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(database: Database, registry: ConsumerRegistry, @Inject(MESSAGING_OPTIONS) options: MessagingOptions) {
    this.#database = database;
    this.#registry = registry;
    this.#schema = trustedSql(options.schema);
    this.#applier = new ChunkApplier(options.schema);
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.releaseAll();
      } catch (error) {
        this.#logger.warn(`released keys wait: ${describeError(error)}`);
      }
      await pause(POLL_MS, this.#stopping.signal);
    }
  }

  /** Everything that is released at this moment. @throws the infrastructure's errors; the keys stay released */
  async releaseAll(): Promise<void> {
    const keys = await this.#database.inStatement((tx) =>
      tx.many<ReleasingKey>(sql`
        SELECT id, consumer, client_id, aggregate_id FROM ${this.#schema}.parked_key
        WHERE status = 'releasing' ORDER BY parked_at, id`),
    );
    const failures: unknown[] = [];
    for (const key of keys) {
      const consumer = this.#registry.byName(key.consumer);
      if (consumer !== undefined) await this.#releaseKey(key, consumer).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  /** A page that fails is tried again event by event, until the failing one stands alone. */
  async #releaseKey(key: ReleasingKey, consumer: RegisteredConsumer): Promise<void> {
    let limit = PAGE_EVENTS;
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      try {
        const step = await this.#database.inTransaction((tx) => this.#replayPage(tx, key, consumer, limit));
        if (step !== 'more') return;
        failures = 0;
      } catch (error) {
        if (faultOf(error) === 'infrastructure') throw error;
        if (limit > 1) {
          limit = 1;
          continue;
        }
        failures += 1;
        if (failures < TRIES) continue;
        await this.#parkAgain(key, describeError(error));
        return;
      }
    }
  }

  async #replayPage(tx: Transaction, key: ReleasingKey, consumer: RegisteredConsumer, limit: number): Promise<Step> {
    const partition = partitionOf(keyOf(key.client_id, key.aggregate_id));
    await lockConsumerLane(tx, consumer, partition);
    const state = await tx.maybeOne<{ status: string }>(sql`
      SELECT status FROM ${this.#schema}.parked_key WHERE id = ${key.id} FOR UPDATE`);
    if (state?.status !== 'releasing') return 'untouched';
    const waiting = await this.#waiting(tx, key.id, limit);
    const { done, parkAgain } = await this.#applier.replay(tx, { consumer, partition, deliveries: waiting });
    await tx.execute(sql`
      DELETE FROM ${this.#schema}.parked_event WHERE parked_id = ${key.id}
      AND event_id = ANY (${done.map((delivery) => delivery.event.id)}::uuid[])`);
    if (parkAgain !== undefined) {
      await this.#setParked(tx, key, parkAgain);
      return 'ended';
    }
    const emptied = await tx.execute(sql`
      DELETE FROM ${this.#schema}.parked_key k WHERE id = ${key.id}
      AND NOT EXISTS (SELECT FROM ${this.#schema}.parked_event e WHERE e.parked_id = k.id)`);
    if (emptied === 0) return 'more';
    await this.#audit(tx, key, 'released', '');
    return 'ended';
  }

  /**
   * The first of the queue. Events of one subject change places among themselves until their versions rise, so that a
   * key parked for a gap heals when the missing event has arrived behind the others.
   */
  async #waiting(tx: Transaction, parkedId: string, limit: number): Promise<Delivery[]> {
    const rows = await tx.many<{ topic: string; partition: number; kafka_offset: string; value: string }>(sql`
      WITH queue AS (
        SELECT position, subject, topic, partition, kafka_offset, value,
               row_number() OVER (PARTITION BY subject ORDER BY position) AS place,
               row_number() OVER (PARTITION BY subject ORDER BY version, position) AS rank
        FROM ${this.#schema}.parked_event WHERE parked_id = ${parkedId})
      SELECT event.topic, event.partition, event.kafka_offset, event.value
      FROM queue AS place JOIN queue AS event ON event.subject = place.subject AND event.rank = place.place
      ORDER BY place.position LIMIT ${limit}`);
    return rows.map((row) => ({
      event: eventOfStoredValue(row.value),
      topic: row.topic,
      partition: row.partition,
      offset: row.kafka_offset,
      value: () => row.value,
    }));
  }

  async #parkAgain(key: ReleasingKey, reason: string): Promise<void> {
    await this.#database.inTransaction(async (tx) => {
      const lane = partitionOf(keyOf(key.client_id, key.aggregate_id));
      await lockConsumerLane(tx, { name: key.consumer, appends: false }, lane);
      await this.#setParked(tx, key, reason);
    });
  }

  async #setParked(tx: Transaction, key: ReleasingKey, reason: string): Promise<void> {
    const moved = await tx.execute(sql`
      UPDATE ${this.#schema}.parked_key SET status = 'parked', reason = ${reason}, attempts = attempts + 1
      WHERE id = ${key.id} AND status = 'releasing'`);
    if (moved === 1) await this.#audit(tx, key, 'parked again', reason);
  }

  async #audit(tx: Transaction, key: ReleasingKey, action: string, detail: string): Promise<void> {
    await tx.execute(sql`
      INSERT INTO ${this.#schema}.parked_audit (parked_id, consumer, client_id, aggregate_id, action, actor, detail)
      VALUES (${key.id}, ${key.consumer}, ${key.client_id}, ${key.aggregate_id}, ${action}, 'system', ${detail})`);
  }
}
