import { STATEFUL_SERVICES } from '#libs/contracts';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { isTenantTable, SCHEMAS } from './catalogue.ts';
import { FORGOTTEN_TABLE, ORDERLY_TABLE, readCatalogue, WALL_RULES } from './wall-rules.ts';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase(...STATEFUL_SERVICES);
  client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  await makePartitions();
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

/** Partitions that a service makes while it runs must be like those of its migrations. */
async function makePartitions(): Promise<void> {
  const { rows } = await client.query<{ schema: string; name: string; strategy: string }>(
    `SELECT nspname AS schema, relname AS name, partstrat AS strategy
     FROM pg_partitioned_table JOIN pg_class class ON class.oid = partrelid
          JOIN pg_namespace namespace ON namespace.oid = relnamespace WHERE nspname = ANY ($1)`,
    [SCHEMAS],
  );
  for (const { schema, name, strategy } of rows) {
    await client.query(`SET ROLE laurel_${schema}`);
    await (strategy === 'l'
      ? client.query(`SELECT ${schema}.ensure_list_partition($1, gen_random_uuid())`, [name])
      : client.query(`SELECT ${schema}.ensure_range_partition($1, '2187-03-01', '2187-04-01', 'walls')`, [name]));
    await client.query('RESET ROLE');
  }
}

/** The rules that report anything, after a change that is rolled back. */
async function brokenBy(change: string): Promise<string[]> {
  await client.query('BEGIN');
  try {
    await client.query(change);
    const catalogue = await readCatalogue(client);
    const broken: string[] = [];
    for (const [name, rule] of Object.entries(WALL_RULES)) {
      if ((await rule.faults(catalogue)).length > 0) broken.push(name);
    }
    return broken;
  } finally {
    await client.query('ROLLBACK');
  }
}

describe('the catalogue of all four schemas', () => {
  it('has tables of tenants in each, and partitions among them', async () => {
    const { tables } = await readCatalogue(client);
    const found = tables.filter(isTenantTable);
    expect([...new Set(found.map(({ schema }) => schema))].toSorted()).toEqual([...SCHEMAS].toSorted());
    expect(found.some(({ isPartition }) => isPartition)).toBe(true);
  });

  it.each(Object.entries(WALL_RULES))('holds that %s', async (_name, rule) => {
    expect(await rule.faults(await readCatalogue(client))).toEqual([]);
  });
});

describe('each of these walls is missed when it falls', () => {
  it.each(Object.entries(WALL_RULES))('%s', async (name, rule) => {
    expect(await brokenBy(rule.violation)).toEqual([name]);
  });

  it('a new table without any is noticed, and a new table in order is not', async () => {
    expect(await brokenBy(FORGOTTEN_TABLE)).toEqual(Object.keys(WALL_RULES).slice(0, 2));
    expect(await brokenBy(ORDERLY_TABLE)).toEqual([]);
  });
});
