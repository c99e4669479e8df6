import { SERVICES, STATEFUL_SERVICES, type StatefulServiceName } from '#libs/contracts';
import { MACHINERY_TABLES, rolesOf, type ServiceRoles } from '#libs/persistence';
import type pg from 'pg';

/** A table or partition of a service's schema, as the catalogue tells of it. */
export interface TableFacts {
  /** `schema.table`, also of a partition. */
  readonly name: string;
  readonly schema: string;
  /** The table itself, or the partitioned one it is a part of, without its schema. */
  readonly root: string;
  readonly isPartition: boolean;
  readonly owner: string;
  readonly secured: boolean;
  readonly forced: boolean;
  /** `PERMISSIVE ALL PUBLIC USING (...)`, each policy one. */
  readonly policies: readonly string[];
  /** Of the running role, on this very table. */
  readonly rights: readonly string[];
}

/** What row-level security must say, word for word: a sub-select is evaluated once and prunes partitions. */
export const POLICY =
  "PERMISSIVE ALL PUBLIC USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS \"nullif\")))";

export const ROLES: ReadonlyMap<StatefulServiceName, ServiceRoles> = new Map(
  STATEFUL_SERVICES.map((service) => [service, rolesOf(SERVICES[service].schema)]),
);
export const SCHEMAS: readonly string[] = [...ROLES.values()].map(({ schema }) => schema);

export async function readTables(client: pg.Client): Promise<TableFacts[]> {
  const { rows } = await client.query<TableFacts>(
    `SELECT class.oid::regclass::text AS name, nspname AS schema, relispartition AS "isPartition",
            (SELECT relname FROM pg_class WHERE oid = coalesce(pg_partition_root(class.oid), class.oid)) AS root,
            relowner::regrole::text AS owner, relrowsecurity AS secured, relforcerowsecurity AS forced,
            ARRAY(SELECT concat_ws(' ', CASE WHEN polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
                                   CASE polcmd WHEN '*' THEN 'ALL' ELSE polcmd::text END,
                                   CASE WHEN polroles = '{0}' THEN 'PUBLIC' ELSE polroles::text END,
                                   'USING (' || regexp_replace(pg_get_expr(polqual, polrelid), '\\s+', ' ', 'g') || ')',
                                   'CHECK (' || pg_get_expr(polwithcheck, polrelid) || ')')
                  FROM pg_policy WHERE polrelid = class.oid) AS policies,
            ARRAY(SELECT word FROM unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER,MAINTAIN}'::text[]) word
                  WHERE has_table_privilege('laurel_' || nspname, class.oid, word)
                     OR word = ANY ('{SELECT,INSERT,UPDATE,REFERENCES}')
                        AND has_any_column_privilege('laurel_' || nspname, class.oid, word)) AS rights
     FROM pg_class class JOIN pg_namespace namespace ON namespace.oid = relnamespace
     WHERE nspname = ANY ($1) AND relkind IN ('r', 'p')
     ORDER BY 1`,
    [SCHEMAS],
  );
  return rows;
}

/** Holds tenants' rows: everything that is not listed as machinery and that the running role can reach. */
export function isTenantTable(table: TableFacts): boolean {
  return !MACHINERY_TABLES.includes(table.root) && !isOwnersOnly(table);
}

/** Neither the running role nor anybody through it reads or writes here: the owner's own settings. */
function isOwnersOnly(table: TableFacts): boolean {
  return !table.isPartition && table.rights.length === 0;
}
