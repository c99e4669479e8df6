import { randomUUID } from 'node:crypto';
import type { NewEvent } from '#libs/contracts';
import { prepared, sql, trustedSql, type Statement, type TenantTransaction, type Transaction } from '#libs/persistence';
import { childTraceparent, currentTraceparent } from '../envelope/trace-context.ts';
import { encodeEnvelope } from '../envelope/envelope.ts';
import { holdsKey, holdsLane, keyOf } from './lanes.ts';
import { partitionOf } from './partitioner.ts';
import { inQuotes, jsonOf, asNumber, type SelectedEvents } from './selected-events.ts';

/** Relay leaders at most. A lane belongs to the shard `lane % OUTBOX_SHARDS` for ever. */
export const OUTBOX_SHARDS = 2;

/** The lanes of a statement's rows, all of which are held, and the expression over a row that says which one is its. */
export interface LaneOfRow {
  readonly lanes: Iterable<number>;
  readonly expression: Statement;
}

/** All of a statement's rows are of this key, which is held by `lockKey`. */
export interface KeyOfRows {
  readonly key: string;
}

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
    await tx.execute(
      prepared(
        'outbox-append',
        sql`
          INSERT INTO ${trustedSql(this.#schema)}.outbox (shard, topic, partition, key, value)
          SELECT partition % ${OUTBOX_SHARDS}, topic, partition, key, value
          FROM unnest(${rows.map((row) => row.topic)}::text[], ${rows.map((row) => row.partition)}::int[],
                      ${rows.map((row) => row.key)}::text[], ${rows.map((row) => row.value)}::text[])
               WITH ORDINALITY AS row (topic, partition, key, value, position)
          ORDER BY position`,
      ),
    );
  }
  /**
   * The INSERT by which a larger statement appends events that it has made itself: what a bulk path appends without
   * bringing a row to this process. Events of a key keep the order of `selected`.
   * @param locked the lane of all the events, what tells it of each row, or the key of all
   * @throws Error when a lane or the key is not held
   */
  insertion(
    tx: TenantTransaction,
    locked: number | LaneOfRow | KeyOfRows,
    selected: readonly SelectedEvents[],
  ): Statement {
    const expression = laneOfRows(tx, locked);
    const time = new Date().toISOString();
    const traceparent = currentTraceparent() ?? childTraceparent(undefined);
    const rows = selected.map((events, place) => {
      const { definition, rows: from, aggregateId, aggregateVersion, data } = events;
      const value = jsonOf({
        specversion: literal('1.0'),
        id: inQuotes(sql`gen_random_uuid()`),
        type: literal(definition.type),
        source: literal(this.#source),
        subject: inQuotes(events.subject ?? aggregateId),
        time: literal(time),
        datacontenttype: literal('application/json'),
        clientid: literal(tx.clientId),
        aggregateid: inQuotes(aggregateId),
        aggregateversion: asNumber(aggregateVersion),
        traceparent: literal(traceparent),
        data,
      });
      return sql`SELECT ${trustedSql(String(place))} AS place, ${expression} AS lane, ${definition.topic}::text AS topic,
                        ${`${tx.clientId}:`} || ${aggregateId} AS key, ${value} AS value FROM ${from}`;
    });
    const [first = sql``, ...others] = rows;
    const all = others.reduce((before, next) => sql`${before} UNION ALL ${next}`, first);
    return sql`
      INSERT INTO ${trustedSql(this.#schema)}.outbox (shard, topic, partition, key, value)
      SELECT lane % ${OUTBOX_SHARDS}::int, topic, lane, key, value FROM (${all}) AS made ORDER BY place`;
  }
}

function laneOfRows(tx: TenantTransaction, locked: number | LaneOfRow | KeyOfRows): Statement {
  if (typeof locked === 'object' && 'key' in locked) {
    if (!holdsKey(tx, locked.key)) throw new Error(`key ${locked.key} is not locked`);
    return sql`${partitionOf(locked.key)}::int`;
  }
  const { lanes, expression } =
    typeof locked === 'number' ? { lanes: [locked], expression: sql`${locked}::int` } : locked;
  for (const lane of lanes) if (!holdsLane(tx, lane)) throw new Error(`lane ${lane} is not locked`);
  return expression;
}

function literal(text: string): Statement {
  return sql`${JSON.stringify(text)}::text`;
}
