import { dropPublishedOutbox, ensureOutboxPartitions } from '#libs/messaging';
import { sql, type Database } from '#libs/persistence';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SCHEMA, SERVICE } from './effects.ts';

describe('the days of the outbox', () => {
  let database: TestDatabase;
  let db: Database;

  beforeEach(async () => {
    database = await createTestDatabase(SERVICE);
    db = database.database(SERVICE);
    await ensureOutboxPartitions(db, SCHEMA);
  });
  afterEach(async () => {
    await database.drop();
  });

  async function days(): Promise<string[]> {
    const rows = await db.inTransaction((tx) =>
      tx.many<{ name: string }>(sql`
        SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'redemption.outbox'::regclass ORDER BY 1`),
    );
    return rows.map(({ name }) => name);
  }

  /** A day long ago with one row of transaction 10. */
  async function makeOldDay(): Promise<void> {
    await db.inTransaction(async (tx) => {
      await tx.execute(
        sql`SELECT redemption.ensure_range_partition('outbox', '2020-01-01 00:00:00+00', '2020-01-02 00:00:00+00', '20200101')`,
      );
      await tx.execute(sql`
        INSERT INTO redemption.outbox (written_at, shard, xid, topic, partition, key, value)
        VALUES ('2020-01-01 12:00:00+00', 1, '10', 'laurel.tier', 1, 'k', 'v')`);
    });
  }

  function movePast(xid: string): Promise<unknown> {
    return db.inTransaction((tx) =>
      tx.execute(sql`UPDATE redemption.relay_cursor SET xid = ${xid}::xid8, id = 1000000 WHERE shard = 1`),
    );
  }

  it('are made ahead, once, and take rows of today', async () => {
    const before = await days();
    await Promise.all([ensureOutboxPartitions(db, SCHEMA), ensureOutboxPartitions(db, SCHEMA)]);
    expect(await days()).toEqual(before);
    expect(before.length).toBeGreaterThanOrEqual(9);
    await db.inTransaction((tx) =>
      tx.execute(sql`INSERT INTO redemption.outbox (shard, topic, partition, key, value) VALUES (0, 't', 0, 'k', 'v')`),
    );
  });

  it('go only when every cursor is past them', async () => {
    await makeOldDay();
    expect(await dropPublishedOutbox(db, SCHEMA)).toBe(0);
    await movePast('9');
    expect(await dropPublishedOutbox(db, SCHEMA)).toBe(0);
    expect(await days()).toContain('outbox_20200101');
    await movePast('10');
    expect(await dropPublishedOutbox(db, SCHEMA)).toBe(1);
    expect(await days()).not.toContain('outbox_20200101');
    expect((await days()).length).toBeGreaterThanOrEqual(9);
  });

  it('stay while somebody writes, who is not kept waiting for long', async () => {
    await makeOldDay();
    await movePast('10');
    await db.inTransaction(async (tx) => {
      await tx.execute(
        sql`INSERT INTO redemption.outbox (shard, topic, partition, key, value) VALUES (0, 't', 0, 'k', 'v')`,
      );
      expect(await dropPublishedOutbox(db, SCHEMA)).toBe(0);
    });
    expect(await dropPublishedOutbox(db, SCHEMA)).toBe(1);
  });
});
