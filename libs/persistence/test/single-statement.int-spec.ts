import type { ClientId } from '#libs/kernel';
import { Database, dataSourceOptions, sql, trustedSql } from '#libs/persistence';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';

const CLIENT = '0197a3c0-0000-7000-8000-000000000001' as ClientId;
const TENANT = sql`SELECT current_setting('laurel.client_id', true) AS tenant`;

let testDatabase: TestDatabase;
let dataSource: DataSource;
let database: Database;

/** One connection, so that whatever a transaction leaves behind is found by the next. */
beforeAll(async () => {
  testDatabase = await createTestDatabase('ingestion');
  const options = dataSourceOptions({ url: testDatabase.url('ingestion'), schema: 'ingestion', poolSize: 1 });
  dataSource = await new DataSource(options).initialize();
  database = new Database(dataSource);
});
afterAll(async () => {
  await dataSource.destroy();
  await testDatabase.drop();
});

describe('a single statement', () => {
  it('needs no transaction around it, and knows no tenant', async () => {
    await database.inTenant(CLIENT, (tx) => tx.one(TENANT));
    await expect(database.inStatement((tx) => tx.one(TENANT))).resolves.toEqual({ tenant: '' });
  });

  it('stays alone: a second one would be a transaction of its own', async () => {
    const two = database.inStatement(async (tx) => {
      await tx.one(TENANT);
      await tx.one(TENANT);
    });
    await expect(two).rejects.toThrow(/one statement too many/);
    await expect(database.inStatement((tx) => tx.one(TENANT))).resolves.toEqual({ tenant: '' });
  });
});

describe('what travels with BEGIN', () => {
  const lock = trustedSql('SELECT pg_advisory_xact_lock(7, 11)');
  const held = sql`SELECT count(*)::int AS locks FROM pg_locks WHERE locktype = 'advisory' AND classid = 7 AND objid = 11`;

  it('is done before the work, in its transaction and with its tenant', async () => {
    const seen = await database.inTenant(
      CLIENT,
      async (tx) => ({ ...(await tx.one(held)), ...(await tx.one(TENANT)) }),
      {
        opening: lock,
      },
    );
    expect(seen).toEqual({ locks: 1, tenant: CLIENT });
    await expect(database.inStatement((tx) => tx.one(held))).resolves.toEqual({ locks: 0 });
  });

  it('fails the transaction, and leaves the connection fit for the next', async () => {
    const broken = database.inTransaction((tx) => tx.one(held), { opening: trustedSql('SELECT 1 / 0') });
    await expect(broken).rejects.toThrow(/division by zero/);
    await expect(database.inTransaction((tx) => tx.one(held))).resolves.toEqual({ locks: 0 });
  });

  it('has no parameters', () => {
    const opening = sql`SELECT ${1}`;
    expect(() => database.inTransaction((tx) => tx.one(held), { opening })).toThrow(/no parameters/);
  });
});
