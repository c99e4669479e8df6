import { sql, trustedSql, type Database, type Transaction } from '#libs/persistence';
import type { CountedPart, UnreadableRecord } from '../envelope/read-record.ts';
import { lockConsumerLane } from '../outbox/lanes.ts';
import type { RegisteredConsumer } from './consumer-registry.ts';
import { Guards } from './guards.ts';

/**
 * Keeps records that could not be read, as their bytes with the reason. One that shows which sync has counted it, and
 * whose it was, is counted, once per event id, so that the client's watermark does not wait for it; its key is parked, so
 * that nothing which falls due is decided without it. For any other the watermark stops.
 */
export class RecordParking {
  readonly #database: Database;
  readonly #schema: string;
  readonly #guards: Guards;

  constructor(database: Database, schema: string) {
    this.#database = database;
    this.#schema = schema;
    this.#guards = new Guards(schema);
  }

  async park(
    place: { readonly topic: string; readonly partition: number },
    records: readonly UnreadableRecord[],
    consumers: readonly RegisteredConsumer[],
  ): Promise<void> {
    if (records.length === 0) return;
    await this.#database.inTransaction(async (tx) => {
      for (const { name } of consumers) await lockConsumerLane(tx, { name, appends: false }, place.partition);
      await this.#store(tx, place, records);
      for (const consumer of consumers) {
        if (consumer.definition.countedBySync) await this.#count(tx, place.partition, consumer, records);
      }
    });
  }

  async #store(
    tx: Transaction,
    place: { topic: string; partition: number },
    records: readonly UnreadableRecord[],
  ): Promise<void> {
    await tx.execute(sql`
      INSERT INTO ${trustedSql(this.#schema)}.parked_record (topic, partition, kafka_offset, record_key, value, reason)
      SELECT ${place.topic}, ${place.partition}::smallint, * FROM unnest(
        ${records.map(({ record }) => record.offset)}::bigint[], ${records.map(({ record }) => record.key)}::bytea[],
        ${records.map(({ record }) => record.value)}::bytea[], ${records.map(({ reason }) => reason)}::text[])
      ON CONFLICT DO NOTHING`);
  }

  async #count(
    tx: Transaction,
    partition: number,
    consumer: RegisteredConsumer,
    records: readonly UnreadableRecord[],
  ): Promise<void> {
    const counted = records.flatMap(({ counts }) => (counts?.type === consumer.definition.type ? [counts] : []));
    const ids = counted.map((part) => part.eventId);
    const claimed = await this.#guards.claimFacts(tx, consumer.name, ids);
    const fresh = counted.filter((part) => claimed.delete(part.eventId));
    await this.#guards.countSeen(tx, partition, fresh);
    await this.#parkKeys(tx, consumer, fresh);
  }

  async #parkKeys(tx: Transaction, consumer: RegisteredConsumer, lost: readonly CountedPart[]): Promise<void> {
    await tx.execute(sql`
      INSERT INTO ${trustedSql(this.#schema)}.parked_key (consumer, client_id, aggregate_id, nature, reason)
      SELECT DISTINCT ${consumer.name}, client_id, aggregate_id, ${consumer.definition.nature}, 'an event of it could not be read'
      FROM unnest(${lost.map((part) => part.clientId)}::uuid[], ${lost.map((part) => part.aggregateId)}::text[])
           AS lost (client_id, aggregate_id)
      ON CONFLICT (consumer, client_id, aggregate_id) DO NOTHING`);
  }
}
