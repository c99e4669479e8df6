import { MACHINERY_TABLES } from '#libs/persistence';
import type pg from 'pg';
import { isTenantTable, POLICY, readTables, ROLES, SCHEMAS, type TableFacts } from './catalogue.ts';
import { APPEND_ONLY, NOT_KNOWN_AT_FIRST, REMOVABLE } from './history.ts';

/** What the rules look at: the catalogue of one database. */
export interface Catalogue {
  readonly tables: readonly TableFacts[];
  /** The rows' column `fault`, for a query whose $1 is given. */
  find(text: string, ...values: unknown[]): Promise<string[]>;
}

interface WallRule {
  /** What breaks this rule and no other, as the superuser would do it by mistake. */
  readonly violation: string;
  readonly faults: (catalogue: Catalogue) => string[] | Promise<string[]>;
}

export async function readCatalogue(client: pg.Client): Promise<Catalogue> {
  const find = async (text: string, ...values: unknown[]) =>
    (await client.query<{ fault: string }>(text, values)).rows.map(({ fault }) => fault);
  return { tables: await readTables(client), find };
}

const names = (tables: readonly TableFacts[]) => tables.map(({ name }) => name);
const tenantTables = ({ tables }: Catalogue) => tables.filter(isTenantTable);
const OF_TENANTS = 'ANY (($1::text[])::regclass[])';
const RUNNING = [...ROLES.values()].map(({ running }) => running);

/** A query over the tables of tenants, by their names in $1. */
const amongTenants =
  (text: string, ...values: unknown[]) =>
  (catalogue: Catalogue) =>
    catalogue.find(text, names(tenantTables(catalogue)), ...values);

const owned = (statements: string) => `SET LOCAL ROLE laurel_redemption_owner; ${statements}; RESET ROLE`;
const TENANT = `USING (client_id = (SELECT nullif(current_setting('laurel.client_id', true), '')::uuid))`;

export const WALL_RULES: Readonly<Record<string, WallRule>> = {
  'row-level security is forced on every table that is not listed as machinery': {
    violation: 'ALTER TABLE redemption.claim NO FORCE ROW LEVEL SECURITY',
    faults: (catalogue) => names(tenantTables(catalogue).filter(({ secured, forced }) => !secured || !forced)),
  },
  'the one policy is the tenant’s, evaluated once': {
    violation: `DROP POLICY tenant ON redemption.claim;
      CREATE POLICY tenant ON redemption.claim USING (client_id = nullif(current_setting('laurel.client_id', true), '')::uuid)`,
    faults: (catalogue) =>
      names(tenantTables(catalogue).filter(({ policies }) => policies.length !== 1 || policies[0] !== POLICY)),
  },
  'every listed machinery table is there': {
    violation: 'DROP TABLE ingestion.staged_row',
    faults: ({ tables }) => {
      const roots = new Set(tables.map(({ root }) => root));
      return MACHINERY_TABLES.filter((name) => !roots.has(name));
    },
  },
  'every key begins with client_id': {
    violation: owned('CREATE UNIQUE INDEX planted ON redemption.claim (redemption_id)'),
    faults: amongTenants(`
      SELECT pg_get_indexdef(indexrelid) AS fault FROM pg_index
      WHERE indrelid = ${OF_TENANTS} AND indisunique AND pg_get_indexdef(indexrelid, 1, true) <> 'client_id'`),
  },
  'every table of tenants has a primary key and a client_id': {
    violation: 'ALTER TABLE redemption.claim_slot DROP CONSTRAINT claim_slot_pkey',
    faults: amongTenants(`
      SELECT name AS fault FROM unnest($1::text[]) AS name
      WHERE NOT EXISTS (SELECT FROM pg_index WHERE indrelid = name::regclass AND indisprimary)
         OR NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = name::regclass AND attname = 'client_id'
                        AND attnotnull AND atttypid = 'uuid'::regtype)`),
  },
  'every foreign key of a tenant’s row begins with client_id, on both sides': {
    violation: owned(`
      ALTER TABLE redemption.claim ADD COLUMN planted uuid;
      ALTER TABLE redemption.claim ADD FOREIGN KEY (planted, redemption_id) REFERENCES redemption.redemption (client_id, id)`),
    faults: amongTenants(`
      SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) AS fault FROM pg_constraint
      WHERE contype = 'f' AND (conrelid = ${OF_TENANTS} OR confrelid = ${OF_TENANTS})
        AND pg_get_constraintdef(oid) !~ '^FOREIGN KEY \\(client_id[,)].* REFERENCES [a-z_.0-9]+\\(client_id[,)]'`),
  },
  'no foreign key removes or changes a tenant’s rows': {
    violation: owned(`ALTER TABLE redemption.claim ADD FOREIGN KEY (client_id, redemption_id)
      REFERENCES redemption.redemption (client_id, id) ON DELETE CASCADE`),
    faults: amongTenants(`
      SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) AS fault FROM pg_constraint
      WHERE contype = 'f' AND conrelid = ${OF_TENANTS} AND (confdeltype IN ('c', 'n', 'd') OR confupdtype <> 'a')`),
  },
  'no money and no counter may be null, and none is a float': {
    violation: 'ALTER TABLE redemption.claim ADD COLUMN planted_minor bigint',
    faults: amongTenants(
      `SELECT attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod) AS fault FROM pg_attribute
       WHERE attrelid = ${OF_TENANTS} AND attnum > 0 AND NOT attisdropped
         AND (atttypid IN ('real'::regtype, 'double precision'::regtype, 'money'::regtype)
              OR NOT attnotnull AND (atttypid = 'bigint'::regtype OR attname ~ '(^|_)(minor|units|count|views|likes|comments)$')
              OR attname ~ '_minor$' AND atttypid <> 'bigint'::regtype)
         AND attrelid::regclass || '.' || attname <> ALL ($2)`,
      NOT_KNOWN_AT_FIRST,
    ),
  },
  'a running role may do nothing special and become nobody': {
    violation: 'GRANT laurel_redemption_owner TO laurel_redemption',
    faults: ({ find }) =>
      find(
        `SELECT rolname || ' may do too much' AS fault FROM pg_roles
         WHERE rolname = ANY ($1) AND (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication)
         UNION ALL
         SELECT member::regrole || ' is a member of ' || roleid::regrole FROM pg_auth_members
         WHERE member::regrole::text = ANY ($1)`,
        RUNNING,
      ),
  },
  'a running role owns nothing': {
    violation: `GRANT CREATE ON SCHEMA public TO laurel_redemption; SET LOCAL ROLE laurel_redemption;
      CREATE TABLE public.planted (); RESET ROLE; REVOKE CREATE ON SCHEMA public FROM laurel_redemption`,
    faults: ({ find }) =>
      find(
        `SELECT refobjid::regrole || ' owns ' || pg_describe_object(classid, objid, objsubid) AS fault FROM pg_shdepend
         WHERE refclassid = 'pg_authid'::regclass AND deptype = 'o' AND refobjid::regrole::text = ANY ($1)
           AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))`,
        RUNNING,
      ),
  },
  'every table belongs to the owner of its schema': {
    violation: 'ALTER TABLE redemption.claim OWNER TO CURRENT_USER',
    faults: ({ tables }) => names(tables.filter(({ owner, schema }) => owner !== `laurel_${schema}_owner`)),
  },
  'a running role reaches its own schema alone, and creates nothing in any': {
    violation: 'GRANT USAGE ON SCHEMA ingestion TO laurel_redemption',
    faults: ({ find }) =>
      find(
        `SELECT role || ' reaches ' || nspname AS fault FROM pg_namespace, unnest($1::text[]) AS role
         WHERE nspname !~ '^(pg_|information_schema)' AND role <> 'laurel_' || nspname AND has_schema_privilege(role, oid, 'USAGE')
         UNION ALL
         SELECT role || ' creates in ' || nspname FROM pg_namespace, unnest($1::text[]) AS role
         WHERE nspname !~ '^pg_' AND has_schema_privilege(role, oid, 'CREATE')`,
        RUNNING,
      ),
  },
  'no running role truncates, references, triggers or vacuums': {
    violation: 'GRANT TRUNCATE ON redemption.claim_slot TO laurel_redemption',
    faults: ({ tables }) =>
      names(
        tables.filter(({ rights }) =>
          rights.some((right) => !['SELECT', 'INSERT', 'UPDATE', 'DELETE'].includes(right)),
        ),
      ),
  },
  'rows of a partition are reached through its parent alone': {
    violation: 'GRANT SELECT ON ingestion.sales_entry_walls TO laurel_ingestion',
    faults: ({ tables }) => names(tables.filter(({ isPartition, rights }) => isPartition && rights.length > 0)),
  },
  'append-only is only ever appended to': {
    violation: 'GRANT UPDATE (tier) ON redemption.claim TO laurel_redemption',
    faults: ({ tables }) => {
      const rights = new Map(tables.map((table) => [table.name, table.rights]));
      return APPEND_ONLY.filter((name) =>
        (rights.get(name) ?? ['is missing']).some((right) => !['SELECT', 'INSERT'].includes(right)),
      );
    },
  },
  'rows are removed only where nothing refers to them': {
    violation: 'GRANT DELETE ON redemption.reward TO laurel_redemption',
    faults: ({ tables }) =>
      names(
        tables.filter(
          ({ rights, root, schema }) => rights.includes('DELETE') && !REMOVABLE.includes(`${schema}.${root}`),
        ),
      ),
  },
  'the owner’s functions are for those they are granted to, with a fixed search path': {
    violation: owned(`CREATE FUNCTION redemption.planted() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'SELECT'`),
    faults: ({ find }) =>
      find(
        `SELECT oid::regprocedure::text AS fault FROM pg_proc
         WHERE pronamespace = ANY (($1::text[])::regnamespace[])
           AND (has_function_privilege('public', oid, 'EXECUTE')
                OR prosecdef AND NOT coalesce(proconfig::text ~ 'search_path=pg_catalog', false))`,
        SCHEMAS,
      ),
  },
  'no view reads as its owner': {
    violation: owned('CREATE VIEW redemption.planted AS SELECT * FROM redemption.claim'),
    faults: ({ find }) =>
      find(
        `SELECT oid::regclass::text AS fault FROM pg_class
         WHERE relnamespace = ANY (($1::text[])::regnamespace[])
           AND (relkind = 'm' OR relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY (reloptions), false))`,
        SCHEMAS,
      ),
  },
  'no running role holds a transaction open for long': {
    violation: `DO $body$ BEGIN
      EXECUTE format('ALTER ROLE laurel_redemption IN DATABASE %I SET transaction_timeout = 0', current_database());
    END $body$`,
    faults: ({ find }) =>
      find(
        `SELECT role AS fault FROM unnest($1::text[]) AS role WHERE (
           SELECT count(*) FILTER (WHERE setconfig::text ~ 'transaction_timeout=[1-9]') = 0
                  OR bool_or(setconfig::text ~ 'transaction_timeout=0')
           FROM pg_db_role_setting
           WHERE setrole = role::regrole AND setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())))`,
        RUNNING,
      ),
  },
};

/** A table whose author forgot everything: no rule but the first two may let it through. */
export const FORGOTTEN_TABLE = `
  ${owned('CREATE TABLE redemption.planted (client_id uuid PRIMARY KEY)')};
  GRANT SELECT ON redemption.planted TO laurel_redemption`;

/** The same in order: nothing is to be said of it. */
export const ORDERLY_TABLE = owned(`
  CREATE TABLE redemption.planted (client_id uuid PRIMARY KEY);
  ALTER TABLE redemption.planted ENABLE ROW LEVEL SECURITY; ALTER TABLE redemption.planted FORCE ROW LEVEL SECURITY;
  CREATE POLICY tenant ON redemption.planted ${TENANT};
  GRANT SELECT, INSERT ON redemption.planted TO laurel_redemption`);
