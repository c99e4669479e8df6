import { createHmac } from 'node:crypto';
import { SERVICES, STATEFUL_SERVICES, type StatefulServiceName } from '#libs/contracts';
import { rolesOf, type ServiceRoles } from '#libs/persistence';
import type pg from 'pg';

/** How long a transaction of a running role may live; the relay waits for the oldest writer of the whole cluster. */
const TRANSACTION_TIMEOUT_MS = 30_000;

export function serviceRoles(service: StatefulServiceName): ServiceRoles {
  return rolesOf(SERVICES[service].schema);
}

/**
 * The password of a service's running role: `LAUREL_<SCHEMA>_PASSWORD`, else derived from the administrator's password,
 * so that one secret is kept and every process that knows it comes to the same.
 */
export function passwordOf(service: StatefulServiceName, adminUrl: string, env: NodeJS.ProcessEnv): string {
  const { schema, running } = serviceRoles(service);
  const variable = `LAUREL_${schema.toUpperCase()}_PASSWORD`;
  const given = env[variable];
  if (given) return given;
  const secret = decodeURIComponent(new URL(adminUrl).password);
  if (secret === '') throw new Error(`DATABASE_URL has no password to derive that of ${running} from: set ${variable}`);
  return createHmac('sha256', secret).update(running).digest('base64url');
}

/** Creates the roles of all services, or brings them in line. The owners own, and cannot sign in. */
export async function ensureRoles(
  client: pg.Client,
  passwords: (service: StatefulServiceName) => string,
): Promise<void> {
  for (const service of STATEFUL_SERVICES) {
    const { owner, running } = serviceRoles(service);
    for (const role of [owner, running]) {
      const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
      if (rowCount === 0) await client.query(`CREATE ROLE ${role}`);
    }
    await client.query(roleSettings(owner, running, client.escapeLiteral(passwords(service))));
  }
}

function roleSettings(owner: string, running: string, password: string): string {
  return `
    ALTER ROLE ${owner} NOLOGIN NOINHERIT NOCREATEDB NOCREATEROLE;
    ALTER ROLE ${running} LOGIN NOINHERIT NOCREATEDB NOCREATEROLE PASSWORD ${password};
    ALTER ROLE ${running} SET transaction_timeout = ${TRANSACTION_TIMEOUT_MS};
    ALTER ROLE ${running} SET search_path = pg_catalog;
    ALTER ROLE ${running} SET timezone = 'UTC';
    ALTER ROLE ${running} SET jit = off;
    GRANT ${owner} TO CURRENT_USER WITH SET TRUE;`;
}
