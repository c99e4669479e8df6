import { Database, dataSourceOptions, sql } from '#libs/persistence';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';

/** The time that passes is Postgres's own. */
const A_WHILE = sql`SELECT pg_sleep(1.2)`;

let testDatabase: TestDatabase;
let dataSource: DataSource;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase('ingestion');
  await testDatabase.asAdmin((tx) =>
    tx.execute(sql`
      DO $$ BEGIN
        EXECUTE format('ALTER ROLE laurel_ingestion IN DATABASE %I SET transaction_timeout = 700', current_database());
      END $$`),
  );
  const options = dataSourceOptions({ url: testDatabase.url('ingestion'), schema: 'ingestion', poolSize: 1 });
  dataSource = await new DataSource(options).initialize();
  database = new Database(dataSource);
});
afterAll(async () => {
  await dataSource.destroy();
  await testDatabase.drop();
});

describe('how long a transaction may live', () => {
  it.each([5_000, 0])(
    'is what its caller says, also when that is longer than the role’s own: %i',
    async (timeoutMs) => {
      await expect(database.inTransaction((tx) => tx.many(A_WHILE), { timeoutMs })).resolves.toHaveLength(1);
    },
  );

  it('is what its caller says when that is shorter, and the role’s own when nothing is said', async () => {
    await expect(database.inTransaction((tx) => tx.many(A_WHILE), { timeoutMs: 100 })).rejects.toThrow(
      /timeout|terminat/,
    );
    await expect(database.inTransaction((tx) => tx.many(A_WHILE))).rejects.toThrow(/timeout|terminat/);
  });
});
