import { randomUUID } from 'node:crypto';
import { keyOf, lockLanes, Outbox, partitionOf } from '#libs/messaging';
import { sql, type Database } from '#libs/persistence';
import { createTestDatabase, eventually, tierChanged, type TestDatabase } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ShardRelay, type RowSender } from '../src/relay/shard-relay.ts';
import type { OutboxRow } from '../src/relay/shard-leader.ts';
import { SCHEMA, SERVICE } from './effects.ts';

/** A broker that can be made to fail or to wait: what a relay has sent is in `sent`, page by page. */
class FakeBroker implements RowSender {
  readonly sent: (readonly OutboxRow[])[] = [];
  failures = 0;
  gate: Promise<void> | undefined;

  async send(rows: readonly OutboxRow[]): Promise<void> {
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('the broker is down');
    }
    this.sent.push(rows);
    await this.gate;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  get values(): string[] {
    return this.sent.flat().map(({ value }) => value);
  }
}

describe('the relay of a shard', () => {
  let database: TestDatabase;
  let db: Database;
  let relays: ShardRelay[];
  const outbox = new Outbox(SCHEMA, 'laurel/test');
  const clientId = randomUUID();
  /** An aggregate of shard 0. */
  const aggregate = aggregateOfShard(clientId, 0);

  beforeEach(async () => {
    database = await createTestDatabase(SERVICE);
    db = database.database(SERVICE);
    relays = [];
  });
  afterEach(async () => {
    await Promise.all(relays.map((relay) => relay.stop()));
    await database.drop();
  });

  function relay(broker: RowSender): ShardRelay {
    const made = new ShardRelay({ url: database.url(SERVICE), schema: SCHEMA, shard: 0 }, broker);
    relays.push(made);
    made.start();
    return made;
  }

  function append(version: number): Promise<void> {
    return db.inTransaction(async (tx) => {
      await lockLanes(tx, [keyOf(clientId, aggregate)]);
      await outbox.append(tx, [tierChanged({ clientId, creatorId: aggregate, tierVersion: version })]);
    });
  }

  async function cursor() {
    return db.inTransaction((tx) =>
      tx.one<{ epoch: string; published: string; at: string }>(sql`
        SELECT epoch, published, xid::text || '/' || id AS at FROM redemption.relay_cursor WHERE shard = 0`),
    );
  }

  function versions(broker: FakeBroker): number[] {
    return broker.values.map((value) => (JSON.parse(value) as { aggregateversion: number }).aggregateversion);
  }

  it('goes by xids as numbers, also where they gain a digit', async () => {
    await db.inTransaction((tx) =>
      tx.execute(sql`
        INSERT INTO redemption.outbox (shard, xid, topic, partition, key, value)
        SELECT 0, xid::text::xid8, 'laurel.tier', 0, 'k', xid::text FROM unnest(ARRAY[998, 999, 1000, 1001, 99, 100, 9]) AS xid`),
    );
    const broker = new FakeBroker();
    relay(broker);
    await eventually(() => broker.values.length >= 7);
    expect(broker.values).toEqual(['9', '99', '100', '998', '999', '1000', '1001']);
    await db.inTransaction((tx) =>
      tx.execute(sql`
        INSERT INTO redemption.outbox (shard, xid, topic, partition, key, value)
        VALUES (0, '1002', 'laurel.tier', 0, 'k', '1002')`),
    );
    await eventually(() => broker.values.includes('1002'));
    await eventually(async () => (await cursor()).at.startsWith('1002/'));
  });

  it('waits for a transaction that is open, however many have committed after it', async () => {
    const broker = new FakeBroker();
    relay(broker);
    let commit: (() => void) | undefined;
    const open = new Promise<void>((resolve) => (commit = resolve));
    let written: (() => void) | undefined;
    const hasWritten = new Promise<void>((resolve) => (written = resolve));
    const other = aggregateOfShard(clientId, 0, partitionOf(keyOf(clientId, aggregate)));
    const slow = db.inTransaction(async (tx) => {
      await lockLanes(tx, [keyOf(clientId, other)]);
      await outbox.append(tx, [tierChanged({ clientId, creatorId: other, tierVersion: 100 })]);
      written?.();
      await open;
    });
    await hasWritten;
    await append(1);
    await append(2);
    const pending = await db.inTransaction((tx) =>
      tx.one<{ n: string }>(sql`SELECT count(*) AS n FROM redemption.outbox`),
    );
    expect(pending.n).toBe('2');
    expect(broker.values).toEqual([]);
    commit?.();
    await slow;
    await eventually(() => broker.values.length === 3);
    expect(versions(broker)).toEqual([100, 1, 2]);
  });

  it('has one leader, and another as soon as that one is killed in the middle of a page', async () => {
    const first = new FakeBroker();
    const second = new FakeBroker();
    let release: (() => void) | undefined;
    first.gate = new Promise((resolve) => (release = resolve));
    const dying = relay(first);
    await eventually(() => dying.isLeading);
    const standby = relay(second);
    await append(1);
    await eventually(() => first.sent.length === 1);
    expect(standby.isLeading).toBe(false);
    await killRelayConnections(database);
    await eventually(() => versions(second).length === 1);
    await append(2);
    await eventually(() => versions(second).length === 2);
    release?.();
    expect(versions(second)).toEqual([1, 2]);
    await append(3);
    await eventually(() => versions(first).concat(versions(second)).includes(3));
    await eventually(async () => (await cursor()).published === '3');
  });

  it('steps down without moving the cursor when the epoch is no longer its own', async () => {
    const broker = new FakeBroker();
    let release: (() => void) | undefined;
    broker.gate = new Promise((resolve) => (release = resolve));
    relay(broker);
    await append(1);
    await eventually(() => broker.sent.length === 1);
    await db.inTransaction((tx) =>
      tx.execute(sql`UPDATE redemption.relay_cursor SET epoch = epoch + 10 WHERE shard = 0`),
    );
    expect((await cursor()).published).toBe('0');
    broker.gate = undefined;
    release?.();
    await eventually(async () => (await cursor()).published === '1');
    expect(versions(broker)).toEqual([1, 1]);
    expect(Number((await cursor()).epoch)).toBeGreaterThan(10);
  });

  it('tries a page until the broker takes it, and passes over nothing', async () => {
    const broker = new FakeBroker();
    broker.failures = 3;
    await append(1);
    await append(2);
    relay(broker);
    await append(3);
    await eventually(() => versions(broker).length === 3);
    expect(broker.failures).toBe(0);
    expect(versions(broker)).toEqual([1, 2, 3]);
  });

  it('goes on where it stood when it is stopped and started again', async () => {
    const broker = new FakeBroker();
    for (let version = 1; version <= 5; version += 1) {
      const made = relay(broker);
      await append(version);
      await eventually(() => versions(broker).includes(version));
      await made.stop();
    }
    expect(versions(broker)).toEqual([1, 2, 3, 4, 5]);
  });
});

function aggregateOfShard(clientId: string, shard: number, notLane = -1): string {
  for (;;) {
    const id = randomUUID();
    const lane = partitionOf(keyOf(clientId, id));
    if (lane % 2 === shard && lane !== notLane) return id;
  }
}

function killRelayConnections(database: TestDatabase): Promise<unknown> {
  return database.asAdmin((tx) =>
    tx.many(sql`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity a
      WHERE datname = current_database() AND application_name = 'laurel-redemption-relay'
        AND EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory' AND l.granted)`),
  );
}
