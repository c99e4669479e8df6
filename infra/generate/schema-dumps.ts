import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICES, STATEFUL_SERVICES } from '#libs/contracts';
import pg from 'pg';
import { withDatabase } from '../database/connection-url.ts';
import { dumpSchema } from '../database/dump-schema.ts';
import { prepareDatabase } from '../database/prepare-database.ts';
import { freePort } from '../local/ports.ts';
import { POSTGRES_STOP_SIGNAL, startPostgres } from '../local/postgres.ts';
import { ProcessRecords } from '../local/process-records.ts';

/** The end state of every service's migrations, by the path of its file. Needs a Postgres: DATABASE_URL, else its own. */
export async function schemaDumps(givenUrl: string | undefined): Promise<ReadonlyMap<string, string>> {
  return givenUrl ? dumpFrom(givenUrl) : withOwnPostgres(dumpFrom);
}

async function dumpFrom(serverUrl: string): Promise<ReadonlyMap<string, string>> {
  const name = `laurel_generate_${randomBytes(6).toString('hex')}`;
  const adminUrl = withDatabase(serverUrl, name);
  try {
    await prepareDatabase({ adminUrl });
    return await connected(adminUrl, async (client) => {
      const dumps = new Map<string, string>();
      for (const service of STATEFUL_SERVICES) {
        const path = `apps/${service}/src/migrations/schema.sql`;
        dumps.set(path, await dumpSchema(client, SERVICES[service].schema));
      }
      return dumps;
    });
  } finally {
    await connected(serverUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  }
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'laurel-generate' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function withOwnPostgres<T>(work: (url: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'laurel-generate-'));
  // Postgres may run as another user than this process.
  chmodSync(directory, 0o755);
  const records = new ProcessRecords(directory);
  const port = await freePort();
  const postgres = await startPostgres({ directory, port, durable: false, records, report: console.log });
  try {
    return await work(postgres.url);
  } finally {
    await postgres.child.stop(POSTGRES_STOP_SIGNAL, 8_000);
    rmSync(directory, { recursive: true, force: true });
  }
}
