import { STATEFUL_SERVICES } from '#libs/contracts';
import { MACHINERY_TABLES } from '#libs/persistence';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { isTenantTable, POLICY, readTables, ROLES, SCHEMAS, type TableFacts } from './catalogue.ts';
import { APPEND_ONLY, REMOVABLE } from './history.ts';

let database: TestDatabase;
let client: pg.Client;
let tables: TableFacts[];

beforeAll(async () => {
  database = await createTestDatabase(...STATEFUL_SERVICES);
  client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  // Partitions that a service makes while it runs must be like those of its migrations.
  await makePartitions();
  tables = await readTables(client);
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

async function makePartitions(): Promise<void> {
  const partitioned = await faults<{ schema: string; name: string; strategy: string }>(
    `SELECT nspname AS schema, relname AS name, partstrat AS strategy
     FROM pg_partitioned_table JOIN pg_class class ON class.oid = partrelid
          JOIN pg_namespace namespace ON namespace.oid = relnamespace WHERE nspname = ANY ($1)`,
    [SCHEMAS],
  );
  for (const { schema, name, strategy } of partitioned) {
    await client.query(`SET ROLE laurel_${schema}`);
    await (strategy === 'l'
      ? client.query(`SELECT ${schema}.ensure_list_partition($1, gen_random_uuid())`, [name])
      : client.query(`SELECT ${schema}.ensure_range_partition($1, '2187-03-01', '2187-04-01', 'walls')`, [name]));
    await client.query('RESET ROLE');
  }
}

async function faults<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
  return (await client.query<Row>(text, values)).rows;
}

/** Neither money nor counters: numbers that a row begins without. */
const NOT_KNOWN_AT_FIRST = ['ingestion.sync.bytes_announced', 'ingestion.sync.sequence'];

const tenantTables = () => tables.filter(isTenantTable);
const namesOf = (found: readonly TableFacts[]) => found.map(({ name }) => name);

/** Of tenants' tables, by the catalogue's own ids. */
const tenantOids = () => [namesOf(tenantTables())];
const OF_TENANT_TABLES = 'ANY (($1::text[])::regclass[])';

describe('the catalogue of every schema', () => {
  it('has tables of tenants in every schema, and partitions among them', () => {
    expect([...new Set(tenantTables().map(({ schema }) => schema))].toSorted()).toEqual([...SCHEMAS].toSorted());
    expect(tenantTables().some(({ isPartition }) => isPartition)).toBe(true);
  });

  it('forces row-level security on every table and partition that is not listed as machinery', () => {
    expect(namesOf(tenantTables().filter(({ secured, forced }) => !secured || !forced))).toEqual([]);
  });

  it('shows rows by one policy only, the tenant’s, evaluated once', () => {
    const wrong = tenantTables().filter(({ policies }) => policies.length !== 1 || policies[0] !== POLICY);
    expect(wrong.map(({ name, policies }) => ({ name, policies }))).toEqual([]);
  });

  it('lists no machinery table that is not there', () => {
    const present = new Set(tables.map(({ root }) => root));
    expect(MACHINERY_TABLES.filter((name) => !present.has(name))).toEqual([]);
  });

  it('leads every key with client_id', async () => {
    expect(
      await faults(
        `SELECT indexrelid::regclass::text AS key, pg_get_indexdef(indexrelid) AS definition
         FROM pg_index WHERE indrelid = ${OF_TENANT_TABLES} AND indisunique
           AND pg_get_indexdef(indexrelid, 1, true) <> 'client_id'`,
        tenantOids(),
      ),
    ).toEqual([]);
  });

  it('gives every table of tenants a primary key and a client_id', async () => {
    expect(
      await faults(
        `SELECT name FROM unnest($1::text[]) AS name
         WHERE NOT EXISTS (SELECT FROM pg_index WHERE indrelid = name::regclass AND indisprimary)
            OR NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = name::regclass AND attname = 'client_id'
                           AND attnotnull AND atttypid = 'uuid'::regtype)`,
        tenantOids(),
      ),
    ).toEqual([]);
  });

  it('leads every foreign key of a tenant’s row with client_id, on both sides', async () => {
    expect(
      await faults(
        `SELECT conrelid::regclass::text AS name, pg_get_constraintdef(oid) AS definition
         FROM pg_constraint
         WHERE contype = 'f' AND (conrelid = ${OF_TENANT_TABLES} OR confrelid = ${OF_TENANT_TABLES})
           AND pg_get_constraintdef(oid) !~ '^FOREIGN KEY \\(client_id[,)].* REFERENCES [a-z_.0-9]+\\(client_id[,)]'`,
        tenantOids(),
      ),
    ).toEqual([]);
  });

  it('never deletes a tenant’s rows by a foreign key', async () => {
    expect(
      await faults(
        `SELECT conrelid::regclass::text AS name, pg_get_constraintdef(oid) AS definition FROM pg_constraint
         WHERE contype = 'f' AND conrelid = ${OF_TENANT_TABLES} AND (confdeltype IN ('c', 'n', 'd') OR confupdtype <> 'a')`,
        tenantOids(),
      ),
    ).toEqual([]);
  });

  it('has no money and no counter that may be null, and no float', async () => {
    expect(
      await faults(
        `SELECT attrelid::regclass || '.' || attname AS column, format_type(atttypid, atttypmod) AS type
         FROM pg_attribute
         WHERE attrelid = ${OF_TENANT_TABLES} AND attnum > 0 AND NOT attisdropped
           AND (atttypid IN ('real'::regtype, 'double precision'::regtype, 'money'::regtype)
                OR NOT attnotnull AND (atttypid = 'bigint'::regtype OR attname ~ '(^|_)(minor|units|count|views|likes|comments)$')
                OR attname ~ '_minor$' AND atttypid <> 'bigint'::regtype)
           AND attrelid::regclass || '.' || attname <> ALL ($2)`,
        [...tenantOids(), NOT_KNOWN_AT_FIRST],
      ),
    ).toEqual([]);
  });
});

describe('the running roles', () => {
  it('own nothing and may become nobody', async () => {
    const running = [...ROLES.values()].map((roles) => roles.running);
    expect(
      await faults(
        `SELECT rolname AS role, 'may do too much' AS fault FROM pg_roles
         WHERE rolname = ANY ($1) AND (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication)
         UNION ALL
         SELECT member.rolname, 'is a member of ' || groups.rolname FROM pg_auth_members
           JOIN pg_roles member ON member.oid = pg_auth_members.member JOIN pg_roles groups ON groups.oid = roleid
         WHERE member.rolname = ANY ($1)
         UNION ALL
         SELECT refobjid::regrole::text, 'owns ' || pg_describe_object(classid, objid, objsubid) FROM pg_shdepend
         WHERE refclassid = 'pg_authid'::regclass AND deptype = 'o' AND refobjid::regrole::text = ANY ($1)
           AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))`,
        [running],
      ),
    ).toEqual([]);
  });

  it('leave every object to the owner of its schema', () => {
    expect(tables.filter(({ owner, schema }) => owner !== `laurel_${schema}_owner`)).toEqual([]);
  });

  it('reach their own schema alone, and create nothing in any', async () => {
    for (const [service, { running, schema }] of ROLES) {
      const reached = await faults<{ name: string }>(
        `SELECT nspname AS name FROM pg_namespace
         WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND has_schema_privilege($1, oid, 'USAGE')`,
        [running],
      );
      const created = await faults(
        `SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_temp' AND has_schema_privilege($1, oid, 'CREATE')`,
        [running],
      );
      expect({ service, reached: reached.map(({ name }) => name), created }).toEqual({
        service,
        reached: [schema],
        created: [],
      });
    }
  });

  it('neither truncate nor own, reference, trigger or vacuum a table', () => {
    const data = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
    const wrong = tables.filter(({ rights }) => rights.some((right) => !data.includes(right)));
    expect(wrong.map(({ name, rights }) => ({ name, rights }))).toEqual([]);
  });

  it('reach rows of a partition through its parent alone', () => {
    expect(namesOf(tables.filter(({ isPartition, rights }) => isPartition && rights.length > 0))).toEqual([]);
  });

  it('only ever append to what is append-only', () => {
    const found = new Map(tables.map((table) => [table.name, table]));
    const wrong = APPEND_ONLY.filter((name) => {
      const rights = found.get(name)?.rights ?? ['is missing'];
      return rights.some((right) => !['SELECT', 'INSERT'].includes(right));
    });
    expect(wrong).toEqual([]);
  });

  it('remove rows only where nothing refers to them', () => {
    const removing = tables.filter(
      ({ rights, root, schema }) => rights.includes('DELETE') && !REMOVABLE.includes(`${schema}.${root}`),
    );
    expect(namesOf(removing)).toEqual([]);
  });

  it('run nothing of the owner’s but what was granted, with a fixed search path', async () => {
    expect(
      await faults(
        `SELECT proc.oid::regprocedure::text AS function FROM pg_proc proc
         WHERE pronamespace = ANY (($1::text[])::regnamespace[])
           AND (has_function_privilege('public', proc.oid, 'EXECUTE')
                OR prosecdef AND NOT coalesce(proconfig::text ~ 'search_path=pg_catalog', false))`,
        [SCHEMAS],
      ),
    ).toEqual([]);
  });

  it('find no view that would read as its owner', async () => {
    expect(
      await faults(
        `SELECT oid::regclass::text AS view FROM pg_class
         WHERE relnamespace = ANY (($1::text[])::regnamespace[])
           AND (relkind = 'm' OR relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY (reloptions), false))`,
        [SCHEMAS],
      ),
    ).toEqual([]);
  });

  it('hold no transaction open for long', async () => {
    const limits = await faults<{ role: string; limited: boolean }>(
      `SELECT rolname AS role, coalesce(rolconfig::text ~ 'transaction_timeout=[1-9]', false) AS limited
       FROM pg_roles WHERE rolname = ANY ($1)`,
      [[...ROLES.values()].map((roles) => roles.running)],
    );
    expect(limits.filter(({ limited }) => !limited)).toEqual([]);
  });
});
