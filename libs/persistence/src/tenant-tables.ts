/**
 * The SQL with which a migration finishes a table: rights of the running role, row-level security, append-only. One
 * place, so that no table of a service can differ from what the catalogue test demands.
 */
export interface ServiceRoles {
  readonly schema: string;
  /** Owns the schema and runs the migrations. */
  readonly owner: string;
  /** What the processes run as: owns nothing. */
  readonly running: string;
}

export function rolesOf(schema: string): ServiceRoles {
  return { schema, owner: `laurel_${schema}_owner`, running: `laurel_${schema}` };
}

export type Right = 'select' | 'insert' | 'update' | 'delete';

/** A table of tenants' rows: row-level security on `client_id`, enabled and forced. Append-only = no update, no delete. */
export function tenantTable(schema: string, table: string, rights: readonly Right[]): string {
  const name = `${schema}.${table}`;
  return `
    ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE ${name} FORCE ROW LEVEL SECURITY;
    CREATE POLICY tenant ON ${name}
      USING (client_id = (SELECT nullif(current_setting('laurel.client_id', true), '')::uuid));
    GRANT ${rights.join(', ')} ON ${name} TO ${rolesOf(schema).running};`;
}

/** A table of the machinery, which crosses tenants. `MACHINERY_TABLES` lists every one that may exist. */
export function machineryTable(schema: string, table: string, rights: readonly Right[]): string {
  return `GRANT ${rights.join(', ')} ON ${schema}.${table} TO ${rolesOf(schema).running};`;
}

/** The only tables without row-level security. */
export const MACHINERY_TABLES: readonly string[] = [
  'backfill_directory',
  'completed_sync',
  'consumer_gap',
  'consumer_version',
  'inbox',
  'load_reading',
  'migration',
  'outbox',
  'parked_audit',
  'parked_event',
  'parked_key',
  'parked_record',
  'relay_cursor',
  'reward_count_delta',
  'staged_difference',
  'staged_row',
  'sync_count',
  'tenant',
  'wanted_month',
  'watermark',
];
