import { randomUUID } from 'node:crypto';
import type { NewEvent } from '#libs/contracts';
import { sql, trustedSql, type Transaction } from '#libs/persistence';
import { childTraceparent, currentTraceparent } from '../envelope/trace-context.ts';
import { encodeEnvelope } from '../envelope/envelope.ts';
import { holdsLane, keyOf } from './lanes.ts';
import { partitionOf } from './partitioner.ts';

/** Relay leaders at most. A lane belongs to the shard `lane % OUTBOX_SHARDS` for ever. */
export const OUTBOX_SHARDS = 2;

/** Appends events to the service's outbox: they are published if, and only if, the transaction commits. */
export class Outbox {
  readonly #schema: string;
  readonly #source: string;

  /** @param source the CloudEvents source, `laurel/<service>` */
  constructor(schema: string, source: string) {
    this.#schema = schema;
    this.#source = source;
  }

  /**
   * One statement for the whole set, in the given order. The lanes of all keys must be held (`lockLanes`).
   * @throws Error when a lane is not held: the order of the key's events would be left to chance.
   */
  async append(tx: Transaction, events: readonly NewEvent[]): Promise<void> {
    if (events.length === 0) return;
    const time = new Date().toISOString();
    const traceparent = currentTraceparent() ?? childTraceparent(undefined);
    const rows = events.map((event) => {
      const key = keyOf(event.clientId, event.aggregateId);
      const partition = partitionOf(key);
      if (!holdsLane(tx, partition)) throw new Error(`lane ${partition} of ${event.definition.type} is not locked`);
      const id = randomUUID();
      const value = encodeEnvelope({ event, id, time, source: this.#source, traceparent });
      return { topic: event.definition.topic, partition, key, value };
    });
    await tx.execute(sql`
      INSERT INTO ${trustedSql(this.#schema)}.outbox (shard, topic, partition, key, value)
      SELECT partition % ${OUTBOX_SHARDS}, topic, partition, key, value
      FROM unnest(${rows.map((row) => row.topic)}::text[], ${rows.map((row) => row.partition)}::int[],
                  ${rows.map((row) => row.key)}::text[], ${rows.map((row) => row.value)}::text[])
           WITH ORDINALITY AS row (topic, partition, key, value, position)
      ORDER BY position`);
  }
}
