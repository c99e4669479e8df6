import type { StatefulServiceName } from '#libs/contracts';
import type pg from 'pg';
import { serviceRoles } from './roles.ts';

/** A schema per service, owned by its owner and usable by its running role, in a database closed to everybody else. */
export async function ensureSchemas(client: pg.Client, services: readonly StatefulServiceName[]): Promise<void> {
  const { rows } = await client.query<{ name: string }>('SELECT quote_ident(current_database()) AS name');
  const database = rows[0]?.name ?? '';
  await client.query(`
    REVOKE ALL ON DATABASE ${database} FROM PUBLIC;
    REVOKE ALL ON SCHEMA public FROM PUBLIC;`);
  for (const service of services) {
    const { schema, owner, running } = serviceRoles(service);
    // Functions are executable for everybody unless the default for the whole role says otherwise.
    await client.query(`
      GRANT CONNECT ON DATABASE ${database} TO ${owner}, ${running};
      CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION ${owner};
      GRANT USAGE ON SCHEMA ${schema} TO ${running};
      ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} REVOKE ALL ON FUNCTIONS FROM PUBLIC;
      ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} REVOKE ALL ON TYPES FROM PUBLIC;`);
  }
}
