import type { EventNature } from '#libs/contracts';
import { sql, trustedSql, type Statement, type Transaction } from '#libs/persistence';
import { keyOf } from '../outbox/lanes.ts';
import { keyOfDelivery, type Delivery } from '../runner/delivery.ts';

/** More parked keys than this of one consumer are asked for by key. */
const ALL_AT_ONCE = 1000;

interface KeyRow {
  id: string;
  client_id: string;
  aggregate_id: string;
}

/** The parked keys of the consumers and the events that wait behind them. */
export class ParkedQueue {
  readonly #schema: Statement;

  constructor(schema: string) {
    this.#schema = trustedSql(schema);
  }

  /** Which of the deliveries' keys are parked for the consumer: key -> parked id. Mostly none, at the cost of one probe. */
  async parkedAmong(tx: Transaction, consumer: string, deliveries: readonly Delivery[]): Promise<Map<string, string>> {
    const all = await tx.many<KeyRow>(sql`
      SELECT id, client_id, aggregate_id FROM ${this.#schema}.parked_key WHERE consumer = ${consumer}
      LIMIT ${ALL_AT_ONCE + 1}`);
    const rows = all.length <= ALL_AT_ONCE ? all : await this.#ofKeys(tx, consumer, deliveries);
    return new Map(rows.map((row) => [keyOf(row.client_id, row.aggregate_id), row.id]));
  }

  #ofKeys(tx: Transaction, consumer: string, deliveries: readonly Delivery[]): Promise<KeyRow[]> {
    const distinct = [...new Map(deliveries.map((delivery) => [keyOfDelivery(delivery), delivery.event])).values()];
    return tx.many<KeyRow>(sql`
      SELECT p.id, p.client_id, p.aggregate_id
      FROM unnest(${distinct.map((event) => event.clientId)}::uuid[],
                  ${distinct.map((event) => event.aggregateId)}::text[]) AS k (client_id, aggregate_id)
      JOIN ${this.#schema}.parked_key p
        ON p.consumer = ${consumer} AND p.client_id = k.client_id AND p.aggregate_id = k.aggregate_id`);
  }

  /** Parks a key that may be parked already, and answers its id either way. */
  async park(
    tx: Transaction,
    what: { consumer: string; nature: EventNature; delivery: Delivery; reason: string },
  ): Promise<string> {
    const { clientId, aggregateId } = what.delivery.event;
    const { id } = await tx.one<{ id: string }>(sql`
      INSERT INTO ${this.#schema}.parked_key AS k (consumer, client_id, aggregate_id, nature, reason)
      VALUES (${what.consumer}, ${clientId}, ${aggregateId}, ${what.nature}, ${what.reason})
      ON CONFLICT (consumer, client_id, aggregate_id) DO UPDATE SET reason = k.reason
      RETURNING id`);
    return id;
  }

  /**
   * Puts events behind their parked keys, in order: only those that neither the guard nor the queue has seen, so that a
   * redelivery adds nothing. @returns those that were added
   */
  async setAside(
    tx: Transaction,
    consumer: { readonly name: string; readonly nature: EventNature },
    waiting: readonly { readonly parkedId: string; readonly delivery: Delivery }[],
  ): Promise<Delivery[]> {
    if (waiting.length === 0) return [];
    const events = waiting.map(({ delivery }) => delivery.event);
    const seen =
      consumer.nature === 'fact'
        ? sql`EXISTS (SELECT FROM ${this.#schema}.inbox i WHERE i.consumer = ${consumer.name} AND i.event_id = e.event_id)`
        : sql`EXISTS (SELECT FROM ${this.#schema}.consumer_version v WHERE v.consumer = ${consumer.name}
                      AND v.client_id = e.client_id AND v.subject = e.subject AND v.version >= e.version)`;
    const rows = await tx.many<{ event_id: string }>(sql`
      INSERT INTO ${this.#schema}.parked_event
        (parked_id, topic, partition, kafka_offset, event_id, subject, version, value)
      SELECT parked_id, topic, partition, kafka_offset, event_id, subject, version, value
      FROM unnest(
        ${waiting.map(({ parkedId }) => parkedId)}::uuid[], ${waiting.map(({ delivery }) => delivery.topic)}::text[],
        ${waiting.map(({ delivery }) => delivery.partition)}::int[], ${waiting.map(({ delivery }) => delivery.offset)}::bigint[],
        ${events.map((event) => event.id)}::uuid[], ${events.map((event) => event.clientId)}::uuid[],
        ${events.map((event) => event.subject)}::text[], ${events.map((event) => event.aggregateVersion)}::bigint[],
        ${waiting.map(({ delivery }) => delivery.value())}::text[])
        WITH ORDINALITY AS e (parked_id, topic, partition, kafka_offset, event_id, client_id, subject, version, value, place)
      WHERE NOT ${seen}
      ORDER BY place
      ON CONFLICT DO NOTHING RETURNING event_id`);
    const added = new Set(rows.map((row) => row.event_id));
    return waiting.map(({ delivery }) => delivery).filter((delivery) => added.delete(delivery.event.id));
  }

  /** @returns true when nothing waited any more and the key flows again */
  async unparkEmpty(tx: Transaction, parkedId: string): Promise<boolean> {
    const deleted = await tx.execute(sql`
      DELETE FROM ${this.#schema}.parked_key k WHERE id = ${parkedId}
      AND NOT EXISTS (SELECT FROM ${this.#schema}.parked_event e WHERE e.parked_id = k.id)`);
    return deleted === 1;
  }
}
