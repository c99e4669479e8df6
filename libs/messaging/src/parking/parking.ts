import { Inject, Injectable } from '@nestjs/common';
import { LaurelError } from '#libs/contracts';
import { isUuid, type ClientId } from '#libs/kernel';
import { Database, sql, trustedSql, type Statement, type Transaction } from '#libs/persistence';
import { eventOfStoredValue } from '../envelope/read-record.ts';
import { MESSAGING_OPTIONS, type MessagingOptions } from '../messaging-options.ts';
import { keyOf, lockConsumerLane } from '../outbox/lanes.ts';
import { partitionOf } from '../outbox/partitioner.ts';
import { ConsumerRegistry } from '../runner/consumer-registry.ts';
import { eventBatch } from '../runner/event-batch.ts';
import type { Parked, ParkedDetail, ParkedKey, ParkedRecord } from './parked.ts';
import { readKeys, readRecords, readWaiting } from './read-parked.ts';

/** What an operator sees of parked keys and records, and does about them. Every action is audited. */
@Injectable()
export class Parking {
  readonly #database: Database;
  readonly #schema: Statement;
  readonly #registry: ConsumerRegistry;

  constructor(database: Database, @Inject(MESSAGING_OPTIONS) options: MessagingOptions, registry: ConsumerRegistry) {
    this.#database = database;
    this.#schema = trustedSql(options.schema);
    this.#registry = registry;
  }

  /** Keys first, then records that nobody has discarded, the oldest first; at most `limit` of each. */
  async list(limit = 200): Promise<Parked[]> {
    return this.#database.inTransaction(async (tx) => [
      ...(await readKeys(tx, this.#schema, { limit })),
      ...(await readRecords(tx, this.#schema, { limit })),
    ]);
  }

  /** With the waiting events, the first `limit` in order; undefined when nothing parked has this id. */
  async show(id: string, limit = 200): Promise<ParkedDetail | undefined> {
    if (!isUuid(id)) return undefined;
    return this.#database.inTransaction(async (tx) => {
      const [key] = await readKeys(tx, this.#schema, { id, limit: 1 });
      if (key !== undefined) return { ...key, events: await readWaiting(tx, this.#schema, id, limit) };
      const [record] = await readRecords(tx, this.#schema, { id, limit: 1 });
      return record;
    });
  }

  /**
   * Lets the key's events go, in order, through its consumer again; a process with consumers does it within moments. New
   * events of the key queue behind them until the queue is empty.
   * @throws LaurelError `not_found`; `parked.illegal_state` for a record, or a key that is being released already
   */
  async release(id: string, actor: string): Promise<void> {
    await this.#database.inTransaction(async (tx) => {
      const parked = await this.#find(tx, id);
      if (parked.kind === 'record') throw illegal('an unreadable record can only be discarded');
      const moved = await tx.execute(sql`
        UPDATE ${this.#schema}.parked_key SET status = 'releasing' WHERE id = ${id} AND status = 'parked'`);
      if (moved === 0) throw illegal('the key is being released already');
      await this.#audit(tx, parked, { action: 'release', actor, detail: `${parked.waitingEvents} events wait` });
    });
  }

  /**
   * Drops what waits, for good, and lets the key flow again: the consumer's versions are moved past the dropped events
   * and dropped facts are claimed, so that neither the next event finds a gap nor a replay brings them back.
   * @throws LaurelError `not_found`; `parked.illegal_state` when it is being released or is discarded already
   */
  async discard(id: string, actor: string): Promise<void> {
    await this.#database.inTransaction(async (tx) => {
      const seen = await this.#find(tx, id);
      if (seen.kind === 'record') return this.#discardRecord(tx, seen, actor);
      const lane = partitionOf(keyOf(seen.clientId, seen.aggregateId));
      await lockConsumerLane(tx, { name: seen.consumer, appends: false }, lane);
      const parked = await this.#find(tx, id);
      if (parked.kind !== 'key') throw notFound();
      if (parked.status !== 'parked') throw illegal('the key is being released');
      const detail = await this.#passOver(tx, parked);
      await this.#tell(tx, parked);
      await tx.execute(sql`DELETE FROM ${this.#schema}.parked_key WHERE id = ${id}`);
      await this.#audit(tx, parked, { action: 'discard', actor, detail });
    });
  }

  async #discardRecord(tx: Transaction, record: ParkedRecord, actor: string): Promise<void> {
    const moved = await tx.execute(sql`
      UPDATE ${this.#schema}.parked_record SET discarded_at = now() WHERE id = ${record.id} AND discarded_at IS NULL`);
    if (moved === 0) throw illegal('the record is discarded already');
    const detail = `${record.topic}/${record.partition}@${record.offset}: ${record.reason}`;
    await this.#audit(tx, record, { action: 'discard', actor, detail });
  }

  /** @returns for the audit, what was dropped and which versions were moved */
  async #passOver(tx: Transaction, key: ParkedKey): Promise<string> {
    await tx.execute(sql`
      INSERT INTO ${this.#schema}.inbox (consumer, event_id)
      SELECT k.consumer, e.event_id FROM ${this.#schema}.parked_key k JOIN ${this.#schema}.parked_event e ON e.parked_id = k.id
      WHERE k.id = ${key.id} AND k.nature = 'fact' ON CONFLICT DO NOTHING`);
    const moved = await tx.many<{ subject: string; before: string | null; version: string }>(sql`
      INSERT INTO ${this.#schema}.consumer_version AS v (consumer, client_id, subject, version)
      SELECT k.consumer, k.client_id, e.subject, max(e.version)
      FROM ${this.#schema}.parked_key k JOIN ${this.#schema}.parked_event e ON e.parked_id = k.id
      WHERE k.id = ${key.id} AND k.nature <> 'fact' GROUP BY k.consumer, k.client_id, e.subject
      ON CONFLICT (consumer, client_id, subject) DO UPDATE SET version = excluded.version WHERE v.version < excluded.version
      RETURNING v.subject, old.version AS before, v.version`);
    const versions = moved
      .slice(0, 50)
      .map(({ subject, before, version }) => `${subject} ${before ?? 0} -> ${version}`);
    return [`${key.waitingEvents} events dropped`, ...versions].join('; ');
  }

  async #tell(tx: Transaction, key: ParkedKey): Promise<void> {
    const consumer = this.#registry.all().find(({ name }) => name === key.consumer)?.instance;
    if (consumer?.discarded === undefined) return;
    const last = await tx.many<{ value: string }>(sql`
      SELECT DISTINCT ON (subject) value FROM ${this.#schema}.parked_event
      WHERE parked_id = ${key.id} ORDER BY subject, version DESC`);
    if (last.length === 0) return;
    const tenant = await tx.enterTenant(key.clientId as ClientId);
    await consumer.discarded(eventBatch(last.map(({ value }) => eventOfStoredValue(value))), tenant);
  }

  async #find(tx: Transaction, id: string): Promise<ParkedKey | ParkedRecord> {
    if (!isUuid(id)) throw notFound();
    const [key] = await readKeys(tx, this.#schema, { id, limit: 1 });
    const found = key ?? (await readRecords(tx, this.#schema, { id, limit: 1 }))[0];
    if (found === undefined) throw notFound();
    return found;
  }

  async #audit(
    tx: Transaction,
    parked: Parked,
    what: { action: string; actor: string; detail: string },
  ): Promise<void> {
    const key = parked.kind === 'key' ? parked : undefined;
    await tx.execute(sql`
      INSERT INTO ${this.#schema}.parked_audit (parked_id, consumer, client_id, aggregate_id, action, actor, detail)
      VALUES (${parked.id}, ${key?.consumer ?? null}, ${key?.clientId ?? null}, ${key?.aggregateId ?? null},
              ${what.action}, ${what.actor}, ${what.detail})`);
  }
}

function illegal(detail: string): LaurelError {
  return new LaurelError('parked.illegal_state', detail);
}

function notFound(): LaurelError {
  return new LaurelError('not_found', 'nothing parked has this id');
}
