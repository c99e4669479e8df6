import { Database, sql, type Transaction } from '#libs/persistence';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase('tier-evaluation');
  database = testDatabase.database('tier-evaluation');
});
afterAll(() => testDatabase.drop());

const tenants = (tx: Transaction) => tx.many(sql`SELECT client_id FROM tier_evaluation.tenant`);
const addTenant = (tx: Transaction) =>
  tx.execute(sql`INSERT INTO tier_evaluation.tenant (client_id) VALUES (gen_random_uuid())`);

describe('a snapshot', () => {
  it('shows one state, whatever commits meanwhile', async () => {
    const seen = await database.inTransaction(
      async (tx) => {
        const first = await tenants(tx);
        await database.inTransaction(addTenant);
        return [first.length, (await tenants(tx)).length];
      },
      { snapshot: true },
    );
    expect(seen).toEqual([0, 0]);
    expect(await database.inTransaction(tenants)).toHaveLength(1);
  });

  it('can not be written to, with a time limit of its own or without', async () => {
    for (const options of [{ snapshot: true }, { snapshot: true, timeoutMs: 1_000 }] as const) {
      await expect(database.inTransaction(addTenant, options)).rejects.toThrow('read-only transaction');
    }
  });
});
