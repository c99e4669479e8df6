import { STATEFUL_SERVICES, type StatefulServiceName } from '#libs/contracts';
import pg from 'pg';
import { databaseOf, withDatabase } from './connection-url.ts';
import { runMigrations } from './migrations.ts';
import { ensureRoles, passwordOf } from './roles.ts';
import { ensureSchemas } from './schemas.ts';

export interface PrepareOptions {
  /** As the administrator, to the database that shall be Laurel's; it is created when the server lacks it. */
  readonly adminUrl: string;
  readonly services?: readonly StatefulServiceName[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Two of these at once would alter the same rows of the catalogue. */
const PREPARE_LOCK = 0x1a0e1;

/** Roles, schemas and migrations, all of it repeatable. @returns the names of the migrations that ran */
export async function prepareDatabase(options: PrepareOptions): Promise<string[]> {
  const { adminUrl, services = STATEFUL_SERVICES, env = process.env } = options;
  await ensureDatabase(adminUrl);
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'laurel-prepare' });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PREPARE_LOCK]);
    await ensureRoles(client, (service) => passwordOf(service, adminUrl, env));
    await ensureSchemas(client, services);
    const ran: string[] = [];
    for (const service of services) ran.push(...(await runMigrations(adminUrl, service)));
    return ran;
  } finally {
    await client.end();
  }
}

async function ensureDatabase(adminUrl: string): Promise<void> {
  const name = databaseOf(adminUrl);
  const client = new pg.Client({ connectionString: withDatabase(adminUrl, 'postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
