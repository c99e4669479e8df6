import type pg from 'pg';
import type { TableFacts } from './catalogue.ts';

/** Within the range partition that every partitioned table gets here. */
const DAY = '2187-03-15';
const MONTH: readonly [from: string, to: string] = ['2187-03-01', '2187-04-01'];

interface Column {
  readonly name: string;
  readonly type: string;
  readonly isPartitionKey: boolean;
  readonly hasDefault: boolean;
}

/**
 * Puts two rows of each tenant into every table of tenants, whatever its columns are: the superuser writes made-up
 * values with checks dropped and triggers and foreign keys off. The walls that are tried are none of these.
 * @returns the child tables that hold the rows of partitioned ones
 */
export async function plantTwoTenants(
  admin: pg.Client,
  tables: readonly TableFacts[],
  tenants: readonly string[],
): Promise<void> {
  await makeRoom(admin, tables, tenants);
  await admin.query(`SET session_replication_role = replica`);
  for (const table of tables.filter(({ isPartition }) => !isPartition)) {
    await dropChecks(admin, table.name);
    const columns = await columnsOf(admin, table.name);
    for (const tenant of tenants) for (const row of [1, 2]) await plantRow(admin, { table, columns, tenant, row });
  }
  await admin.query(`SET session_replication_role = origin`);
}

async function makeRoom(admin: pg.Client, tables: readonly TableFacts[], tenants: readonly string[]): Promise<void> {
  for (const { name, schema, root } of tables.filter(({ isPartition }) => !isPartition)) {
    const { rows } = await admin.query<{ strategy: string }>(
      'SELECT partstrat AS strategy FROM pg_partitioned_table WHERE partrelid = $1::regclass',
      [name],
    );
    const strategy = rows[0]?.strategy;
    if (strategy === 'r') {
      await admin.query(`SELECT ${schema}.ensure_range_partition($1, $2, $3, 'walls')`, [root, ...MONTH]);
    } else if (strategy === 'l') {
      for (const tenant of tenants) await admin.query(`SELECT ${schema}.ensure_list_partition($1, $2)`, [root, tenant]);
    }
  }
}

async function dropChecks(admin: pg.Client, table: string): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    `SELECT quote_ident(conname) AS name FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'c' AND conparentid = 0`,
    [table],
  );
  for (const { name } of rows) await admin.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
}

async function columnsOf(admin: pg.Client, table: string): Promise<Column[]> {
  const { rows } = await admin.query<Column>(
    `SELECT quote_ident(attname) AS name, format_type(atttypid, NULL) AS type, atthasdef AS "hasDefault",
            coalesce(attnum = ANY (partattrs), false) AS "isPartitionKey"
     FROM pg_attribute LEFT JOIN pg_partitioned_table ON partrelid = attrelid
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attnotnull
       AND attidentity = '' AND attgenerated = ''`,
    [table],
  );
  return rows.filter(({ hasDefault, isPartitionKey }) => !hasDefault || isPartitionKey);
}

async function plantRow(
  admin: pg.Client,
  planted: { table: TableFacts; columns: readonly Column[]; tenant: string; row: number },
): Promise<void> {
  const { table, columns, tenant, row } = planted;
  const values = columns.map(({ name, type }) => (name === 'client_id' ? tenant : madeUp(type, row)));
  const places = columns.map(({ type }, index) => `$${index + 1}::${type}`);
  const names = columns.map(({ name }) => name);
  // A key of the client alone takes one row.
  const statement = `INSERT INTO ${table.name} (${names.join(', ')}) VALUES (${places.join(', ')}) ON CONFLICT DO NOTHING`;
  await admin.query(statement, values);
}

function madeUp(type: string, row: number): string {
  if (type.endsWith('[]')) return '{}';
  if (type === 'uuid') return `00000000-0000-4000-8000-00000000000${row}`;
  if (type === 'date' || type.startsWith('timestamp')) return DAY;
  if (type === 'boolean') return 'true';
  if (type.startsWith('json')) return '{}';
  if (type === 'bytea') return '\\x00';
  return String(row);
}
