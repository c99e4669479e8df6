import { randomUUID } from 'node:crypto';
import { TierChangedV1 } from '#libs/contracts';
import { asId, type ClientId } from '#libs/kernel';
import {
  asNumber,
  inQuotes,
  jsonOf,
  keyOf,
  lockKey,
  lockLaneNumbers,
  Outbox,
  partitionOf,
  selectedEvents,
  type SelectedEvents,
} from '#libs/messaging';
import { sql, type Statement } from '#libs/persistence';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RecordReader } from '../src/envelope/read-record.ts';
import { SCHEMA, SERVICE } from './effects.ts';

const outbox = new Outbox(SCHEMA, 'laurel/test');
const clientId = asId<ClientId>(randomUUID());

/** A tier.changed from one version of the aggregate to the next. */
function changedTo(rows: Statement, version: number): SelectedEvents {
  return selectedEvents(TierChangedV1, {
    rows,
    aggregateId: sql`id`,
    aggregateVersion: sql`${version}::int`,
    data: {
      tierBefore: asNumber(sql`1`),
      tierAfter: asNumber(sql`2`),
      tierVersion: asNumber(sql`${version}::int`),
      decidedFor: inQuotes(sql`'2025-05-15'::date`),
      cause: jsonOf({ kind: inQuotes(sql`'program'`), version: asNumber(sql`1`) }),
      programVersion: asNumber(sql`1`),
    },
  });
}

describe('events that a statement makes', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase(SERVICE);
  });
  afterAll(() => database.drop());

  it('are readable events of their lane, those of a key in the order in which they were given', async () => {
    const ids = Array.from({ length: 400 }, () => randomUUID());
    const lane = 7;
    const ofLane = ids.filter((id) => partitionOf(keyOf(clientId, id)) === lane);
    const rows = sql`unnest(${ofLane}::uuid[]) AS made (id)`;
    const written = await database.database(SERVICE).inTenant(clientId, async (tx) => {
      await lockLaneNumbers(tx, [lane]);
      await tx.execute(outbox.insertion(tx, lane, [changedTo(rows, 1), changedTo(rows, 2), changedTo(rows, 3)]));
      return tx.many<{ key: string; value: string; partition: number; shard: number }>(
        sql`SELECT key, value, partition, shard FROM redemption.outbox ORDER BY xid, id`,
      );
    });
    const reader = new RecordReader(new Map([[TierChangedV1.type, TierChangedV1]]), new Set([TierChangedV1.type]));
    const events = written.map(({ key, value, partition, shard }) => {
      expect({ partition, shard }).toEqual({ partition: lane, shard: lane % 2 });
      const read = reader.read({ offset: '0', key: Buffer.from(key), value: Buffer.from(value) }, lane);
      if (read.kind !== 'event') throw new Error(JSON.stringify(read));
      return read.event;
    });
    expect(events).toHaveLength(3 * ofLane.length);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    for (const id of ofLane) {
      const versions = events.filter(({ subject }) => subject === id).map(({ aggregateVersion }) => aggregateVersion);
      expect(versions).toEqual([1, 2, 3]);
    }
  });

  it('are not made while their lane is not held', async () => {
    const append = database
      .database(SERVICE)
      .inTenant(clientId, (tx) => Promise.resolve(outbox.insertion(tx, 3, [changedTo(sql`nowhere`, 1)])));
    await expect(append).rejects.toThrow('lane 3 is not locked');
  });

  it('are made under the lock of their key alone, which keeps its writers apart and nobody else of the lane', async () => {
    const [key, rows] = [keyOf(clientId, randomUUID()), sql`(SELECT gen_random_uuid() AS id) AS one`];
    const writer = database.database(SERVICE);
    const order: string[] = [];
    let second: Promise<unknown> | undefined;
    await writer.inTenant(clientId, async (tx) => {
      await lockKey(tx, key);
      second = writer.inTenant(clientId, async (other) => {
        await lockKey(other, key);
        order.push('second');
      });
      await writer.inTenant(clientId, (another) => lockLaneNumbers(another, [partitionOf(key)]));
      order.push('its lane');
      await tx.execute(outbox.insertion(tx, { key }, [changedTo(rows, 1)]));
      await expect(lockKey(tx, key)).rejects.toThrow('before the first write');
      order.push('first');
    });
    await second;
    expect(order).toEqual(['its lane', 'first', 'second']);
    const unlocked = writer.inTenant(clientId, (tx) => Promise.resolve(outbox.insertion(tx, { key }, [])));
    await expect(unlocked).rejects.toThrow(`key ${key} is not locked`);
  });
});
