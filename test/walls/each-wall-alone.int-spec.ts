import { randomUUID } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { Writable } from 'node:stream';
import { STATEFUL_SERVICES, type StatefulServiceName } from '#libs/contracts';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { isTenantTable, readTables, ROLES, SCHEMAS, type TableFacts } from './catalogue.ts';
import { plantTwoTenants } from './two-tenants.ts';

const OURS = randomUUID();
const THEIRS = randomUUID();

let database: TestDatabase;
let admin: pg.Client;
let tables: TableFacts[];
const running = new Map<StatefulServiceName, pg.Client>();

beforeAll(async () => {
  database = await createTestDatabase(...STATEFUL_SERVICES);
  admin = await connect(database.adminUrl);
  await plantTwoTenants(admin, (await readTables(admin)).filter(isTenantTable), [OURS, THEIRS]);
  tables = (await readTables(admin)).filter(isTenantTable);
  for (const service of STATEFUL_SERVICES) running.set(service, await connect(database.url(service)));
});

afterAll(async () => {
  for (const client of [admin, ...running.values()]) await client.end();
  await database.drop();
});

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

/** The answer, or the error's text: a refusal is an answer here. Leaves nothing behind. */
async function attempt(client: pg.Client, tenant: string | undefined, statement: string): Promise<unknown> {
  await client.query('BEGIN');
  try {
    if (tenant !== undefined) await client.query(`SET LOCAL laurel.client_id = '${tenant}'`);
    const { rows, rowCount } = await client.query<Record<string, unknown>>(statement);
    return rows.length > 0 ? rows : rowCount;
  } catch (error) {
    return error instanceof Error ? error.message : error;
  } finally {
    await client.query('ROLLBACK');
  }
}

interface Attempt {
  readonly client: pg.Client;
  readonly table: TableFacts;
}

/** Every table of tenants, with a connection as the role that works on it. */
function everywhere(wanted: (table: TableFacts) => boolean): Attempt[] {
  return [...ROLES].flatMap(([service, { schema }]) => {
    const client = running.get(service);
    if (client === undefined) throw new Error(`not connected as ${service}`);
    return tables.filter((table) => table.schema === schema && wanted(table)).map((table) => ({ client, table }));
  });
}

const whole = (right: string) => (table: TableFacts) => !table.isPartition && table.rights.includes(right);
const DENIED = /^permission denied for (table|schema) /;
const OTHER_ROW = /^new row violates row-level security policy/;

/** What a statement answers on each table, with the answers that a wall may give taken out: nothing is right. */
async function breaches(
  attempts: readonly Attempt[],
  tenant: string | undefined,
  statement: (table: TableFacts) => string,
  isHeld: (answer: unknown) => boolean,
): Promise<string[]> {
  const found: string[] = [];
  for (const { client, table } of attempts) {
    const answer = await attempt(client, tenant, statement(table));
    if (!isHeld(answer)) found.push(`${table.name}: ${JSON.stringify(answer)}`);
  }
  return found;
}

const isDenied = (answer: unknown) => typeof answer === 'string' && DENIED.test(answer);
const nothing = (answer: unknown) => JSON.stringify(answer) === '[{"ours":"0","theirs":"0"}]';
const count = ({ name }: TableFacts) =>
  `SELECT count(*) FILTER (WHERE client_id = '${OURS}') AS ours, count(*) FILTER (WHERE client_id = '${THEIRS}') AS theirs FROM ${name}`;

describe('each wall alone, with every other one left open', () => {
  it('stands around rows of both tenants in every table', async () => {
    const empty = [];
    for (const { name, isPartition } of tables) {
      const { rows } = await admin.query<{ clients: string }>(
        `SELECT count(DISTINCT client_id) AS clients FROM ${name}`,
      );
      if (!isPartition && rows[0]?.clients !== '2') empty.push(name);
    }
    expect(empty).toEqual([]);
  });

  it('shows nothing when no tenant is set, nor when it is set to nothing', async () => {
    const readable = everywhere(whole('SELECT'));
    expect(readable.length).toBeGreaterThan(20);
    expect(await breaches(readable, undefined, count, nothing)).toEqual([]);
    expect(await breaches(readable, '', count, nothing)).toEqual([]);
    expect(await breaches(readable, randomUUID(), count, nothing)).toEqual([]);
  });

  it('shows one tenant its own rows by a query without any filter', async () => {
    const onlyOurs = (answer: unknown) => /^\[\{"ours":"[12]","theirs":"0"\}\]$/.test(JSON.stringify(answer));
    expect(await breaches(everywhere(whole('SELECT')), OURS, count, onlyOurs)).toEqual([]);
  });

  it('forgets the tenant with the transaction', async () => {
    for (const client of running.values()) {
      await attempt(client, OURS, 'SELECT 1');
      const { rows } = await client.query<{ tenant: string | null }>(
        `SELECT current_setting('laurel.client_id', true) AS tenant`,
      );
      expect(rows[0]?.tenant ?? '').toBe('');
    }
  });

  it('takes no row of another tenant, and none without a tenant', async () => {
    const refused = (answer: unknown) => typeof answer === 'string' && OTHER_ROW.test(answer);
    for (const attempted of everywhere(whole('INSERT'))) {
      const statement = await insertTheirs(admin, attempted.table.name);
      for (const tenant of [OURS, undefined]) {
        expect(await breaches([attempted], tenant, () => statement, refused)).toEqual([]);
      }
    }
  });

  it('changes and removes none of another tenant’s rows', async () => {
    const update = ({ name }: TableFacts) => `DELETE FROM ${name} WHERE client_id = '${THEIRS}'`;
    const untouched = (answer: unknown) => answer === 0 || isDenied(answer);
    expect(
      await breaches(
        everywhere(() => true),
        OURS,
        update,
        untouched,
      ),
    ).toEqual([]);
    for (const { client, table } of everywhere(whole('UPDATE'))) {
      const column = await updatableColumn(client, table);
      const statement = `UPDATE ${table.name} SET ${column} = ${column} WHERE client_id = '${THEIRS}'`;
      expect([table.name, await attempt(client, OURS, statement)]).toEqual([table.name, 0]);
    }
  });

  it('reads no partition past its parent', async () => {
    const partitions = everywhere(({ isPartition }) => isPartition);
    expect(partitions.length).toBeGreaterThan(2);
    expect(await breaches(partitions, OURS, count, isDenied)).toEqual([]);
  });

  it('holds on a partition even for a role that was given rights on it', async () => {
    for (const { client, table } of everywhere(({ isPartition }) => isPartition)) {
      await admin.query(`GRANT SELECT ON ${table.name} TO laurel_${table.schema}`);
      const answer = JSON.stringify(await attempt(client, OURS, count(table)));
      await admin.query(`REVOKE SELECT ON ${table.name} FROM laurel_${table.schema}`);
      expect([table.name, answer]).toEqual([table.name, expect.stringMatching(/"theirs":"0"/)]);
    }
  });

  it('reaches no other service’s schema', async () => {
    for (const [service, client] of running) {
      const foreign = tables.filter(({ schema }) => schema !== ROLES.get(service)?.schema);
      const attempts = foreign.map((table) => ({ client, table }));
      expect(await breaches(attempts, OURS, count, isDenied)).toEqual([]);
    }
  });

  it('copies out one tenant’s rows, and nothing without a tenant', async () => {
    for (const { client, table } of everywhere(whole('SELECT'))) {
      expect([table.name, await copiedOut(client, undefined, table)]).toEqual([table.name, '']);
      expect([table.name, await copiedOut(client, OURS, table)]).toEqual([
        table.name,
        expect.not.stringContaining(THEIRS),
      ]);
    }
  });

  it('refuses COPY into a table of tenants', async () => {
    const copyIn = ({ name }: TableFacts) => `COPY ${name} FROM STDIN`;
    const refused = (answer: unknown) =>
      isDenied(answer) || /COPY FROM not supported with row-level/.test(String(answer));
    expect(await breaches(everywhere(whole('INSERT')), OURS, copyIn, refused)).toEqual([]);
  });

  it('truncates nothing', async () => {
    const truncate = ({ name }: TableFacts) => `TRUNCATE ${name} CASCADE`;
    expect(
      await breaches(
        everywhere(() => true),
        OURS,
        truncate,
        isDenied,
      ),
    ).toEqual([]);
  });

  it('can neither become the owner nor switch row-level security off', async () => {
    for (const [service, { schema }] of ROLES) {
      const client = running.get(service);
      if (client === undefined) throw new Error(`not connected as ${service}`);
      expect(await attempt(client, OURS, `SET LOCAL ROLE laurel_${schema}_owner`)).toMatch(
        /permission denied to set role/,
      );
      const table = everywhere(whole('SELECT')).find((found) => found.client === client)?.table.name;
      const off = `SET LOCAL row_security = off; SELECT count(*) FROM ${table}`;
      expect(await attempt(client, OURS, off)).toMatch(/query would be affected by row-level security/);
      expect(await attempt(client, OURS, `ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`)).toMatch(/must be owner/);
      expect(await attempt(client, OURS, `DROP POLICY tenant ON ${table}`)).toMatch(/must be owner/);
    }
  });

  it('makes partitions in its own schema only, through functions that take no SQL', async () => {
    for (const [service, client] of running) {
      const own = ROLES.get(service)?.schema ?? '';
      const foreign = SCHEMAS.find((schema) => schema !== own) ?? '';
      const [there, here] = [foreign, own].map((schema) => `SELECT ${schema}.ensure_list_partition`);
      expect(await attempt(client, OURS, `${there}('redemption', '${OURS}')`)).toMatch(DENIED);
      expect(await attempt(client, OURS, `${here}('${foreign}.tenant', '${OURS}')`)).toMatch(/not a table name/);
      expect(await attempt(client, OURS, `${here}('tenant; DROP TABLE tenant', '${OURS}')`)).toMatch(
        /not a table name/,
      );
    }
  });
});

/** A whole row of the other tenant, to be written as a literal: what is refused is the row, not the reading of it. */
async function insertTheirs(superuser: pg.Client, table: string): Promise<string> {
  const { rows } = await superuser.query<{ names: string; typed: string; row: string }>(
    `SELECT string_agg(quote_ident(attname), ', ') AS names,
            string_agg(quote_ident(attname) || ' ' || format_type(atttypid, atttypmod), ', ') AS typed,
            (SELECT quote_literal(to_jsonb(planted_row)) FROM ${table} AS planted_row WHERE client_id = $2 LIMIT 1) AS row
     FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attidentity = ''`,
    [table, THEIRS],
  );
  const { names, typed, row } = rows[0] ?? {};
  return `INSERT INTO ${table} (${names}) SELECT ${names} FROM jsonb_to_record(${row}) AS given (${typed})`;
}

async function updatableColumn(client: pg.Client, table: TableFacts): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT quote_ident(attname) AS name FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname <> 'client_id'
       AND has_column_privilege($1::regclass, attnum, 'UPDATE') LIMIT 1`,
    [table.name],
  );
  return rows[0]?.name ?? 'client_id';
}

async function copiedOut(client: pg.Client, tenant: string | undefined, table: TableFacts): Promise<string> {
  const chunks: Buffer[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  await client.query('BEGIN');
  if (tenant !== undefined) await client.query(`SET LOCAL laurel.client_id = '${tenant}'`);
  await pipeline(client.query(copyTo(`COPY (SELECT * FROM ${table.name}) TO STDOUT`)), sink);
  await client.query('ROLLBACK');
  return Buffer.concat(chunks).toString();
}
