import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from '#libs/persistence';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import pg from 'pg';

describe('test databases', () => {
  let one: TestDatabase;
  let other: TestDatabase;

  beforeAll(async () => {
    [one, other] = await Promise.all([createTestDatabase('commission-boost'), createTestDatabase('commission-boost')]);
  });
  afterAll(async () => {
    await Promise.all([one.drop(), other.drop()]);
  });

  it('are clones that do not see each other', async () => {
    const add = sql`INSERT INTO commission_boost.tenant (client_id) VALUES (uuidv7())`;
    const read = sql`SELECT count(*) AS count FROM commission_boost.tenant`;
    await one.database('commission-boost').inTransaction((tx) => tx.execute(add));
    const count = (database: TestDatabase) =>
      database.database('commission-boost').inTransaction((tx) => tx.one<{ count: string }>(read));
    expect(await count(one)).toEqual({ count: '1' });
    expect(await count(other)).toEqual({ count: '0' });
  });

  it('are migrated, with room in the outbox for what is written now', async () => {
    const write = sql`INSERT INTO commission_boost.outbox (shard, topic, partition, key, value) VALUES (0, 't', 0, 'k', 'v')`;
    await expect(one.database('commission-boost').inTransaction((tx) => tx.execute(write))).resolves.toBe(1);
  });

  it('let the running role own nothing and reach no other schema', async () => {
    await expect(query(one.url('commission-boost'), 'CREATE TABLE commission_boost.mine ()')).rejects.toThrow(
      /permission denied/,
    );
    await expect(query(one.url('commission-boost'), 'CREATE TABLE public.mine ()')).rejects.toThrow(
      /permission denied/,
    );
    await expect(query(one.url('commission-boost'), 'CREATE TEMPORARY TABLE mine ()')).rejects.toThrow(
      /permission denied/,
    );
    expect(await query(one.url('commission-boost'), 'SHOW transaction_timeout')).toEqual([
      { transaction_timeout: '30s' },
    ]);
  });

  it('let the owner act in its schema alone', async () => {
    const owner = one.ownerUrl('commission-boost');
    expect(await query(owner, 'SELECT current_user::text AS role')).toEqual([
      { role: 'laurel_commission_boost_owner' },
    ]);
    await query(owner, 'CREATE TABLE commission_boost.mine (); DROP TABLE commission_boost.mine');
    await expect(query(owner, 'CREATE TABLE public.mine ()')).rejects.toThrow(/permission denied/);
  });

  it('refuse the role of a service that they do not hold', async () => {
    await expect(query(one.url('ingestion'), 'SELECT 1')).rejects.toThrow(/permission denied for database/);
    expect(() => one.database('ingestion')).toThrow('this test database has no ingestion');
  });
});

async function query(connectionString: string, text: string): Promise<unknown> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<object>(text)).rows;
  } finally {
    await client.end();
  }
}
