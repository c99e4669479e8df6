import { randomInt, randomUUID } from 'node:crypto';
import { TierChangedV1 } from '#libs/contracts';
import { keyOf, lockLanes, Outbox, type Envelope } from '#libs/messaging';
import { Database, dataSourceOptions, sql } from '#libs/persistence';
import {
  createTestDatabase,
  createTestTopics,
  eventually,
  tierChanged,
  type TestDatabase,
  type TestTopics,
} from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { PageSender } from '../src/relay/page-sender.ts';
import { ShardRelay } from '../src/relay/shard-relay.ts';
import { SCHEMA, SERVICE } from './effects.ts';
import { seeded, writeHostile } from './hostile-writers.ts';
import { someIds } from './sales-events.ts';

const EVENTS = 100_000;
const KEYS = 50;
const WRITERS = 24;

describe('the outbox', () => {
  let database: TestDatabase;
  let topics: TestTopics;
  let writing: Database;
  const relays: ShardRelay[] = [];
  const outbox = new Outbox(SCHEMA, 'laurel/test');

  beforeAll(async () => {
    [database, topics] = await Promise.all([createTestDatabase(SERVICE), createTestTopics()]);
    const options = dataSourceOptions({ url: database.url(SERVICE), schema: SCHEMA, poolSize: WRITERS });
    writing = new Database(await new DataSource(options).initialize());
    await database.asAdmin(async (tx) => {
      await tx.execute(
        sql`CREATE TABLE redemption.key_version (aggregate_id text PRIMARY KEY, version bigint NOT NULL)`,
      );
      await tx.execute(sql`GRANT SELECT, INSERT, UPDATE ON redemption.key_version TO laurel_redemption`);
    });
  });
  afterAll(async () => {
    await Promise.all(relays.map((relay) => relay.stop()));
    await writing.dataSource.destroy();
    await Promise.all([database.drop(), topics.remove()]);
  });

  function startRelays(): void {
    const options = {
      service: SERVICE,
      schema: SCHEMA,
      brokers: topics.brokers,
      topicPrefix: topics.prefix,
      roles: [],
    } as const;
    for (const shard of [0, 1]) {
      relays.push(new ShardRelay({ url: database.url(SERVICE), schema: SCHEMA, shard }, new PageSender(options)));
    }
    for (const relay of relays) relay.start();
  }

  it('loses and inverts nothing under 24 writers that commit late, slowly, out of order and not at all', async () => {
    const seed = randomInt(2 ** 31);
    process.stdout.write(`hostile writers, seed ${seed}\n`);
    const clientId = randomUUID();
    startRelays();
    const aggregates = someIds(KEYS);
    const written = await writeHostile(writing, {
      outbox,
      clientId,
      aggregates,
      events: EVENTS,
      writers: WRITERS,
      random: seeded(seed),
    });
    await eventually(() => relays.reduce((sum, relay) => sum + relay.published, 0) >= written, { timeoutMs: 30_000 });

    const published = byAggregate(await topics.read(TierChangedV1.topic));
    expect(written).toBeGreaterThanOrEqual(EVENTS);
    expect([...published.values()].reduce((sum, versions) => sum + versions.length, 0)).toBe(written);
    expect(published.size).toBe(KEYS);
    for (const versions of published.values()) expect(inverted(versions)).toEqual([]);
  }, 120_000);

  it('takes no event whose lane is not locked, and no lane after a write', async () => {
    const event = tierChanged({ clientId: randomUUID(), creatorId: randomUUID() });
    await expect(writing.inTransaction((tx) => outbox.append(tx, [event]))).rejects.toThrow(/is not locked/);
    await expect(
      writing.inTransaction(async (tx) => {
        await tx.execute(sql`INSERT INTO redemption.key_version VALUES ('x', 1)`);
        await lockLanes(tx, [keyOf(event.clientId, event.aggregateId)]);
      }),
    ).rejects.toThrow(/before the first write/);
  });
});

function byAggregate(envelopes: readonly Envelope[]): Map<string, number[]> {
  const versions = new Map<string, number[]>();
  for (const { aggregateid, aggregateversion } of envelopes) {
    const known = versions.get(aggregateid);
    if (known) known.push(aggregateversion);
    else versions.set(aggregateid, [aggregateversion]);
  }
  return versions;
}

/** Where a version does not follow its predecessor: lost, twice or out of order. */
function inverted(versions: readonly number[]): number[] {
  return versions.filter((version, index) => version !== index + 1).slice(0, 5);
}
