import { randomBytes } from 'node:crypto';
import type { StatefulServiceName } from '#libs/contracts';
import type { Database, Transaction } from '#libs/persistence';
import pg from 'pg';
import { actingAs, withDatabase } from '../../../../infra/database/connection-url.ts';
import { serviceRoles } from '../../../../infra/database/roles.ts';
import { stackAddress } from '../stack/test-stack.ts';
import { connect, connectAs, runningUrl } from './connect-as.ts';
import { ensureTemplate } from './template-database.ts';

/** A database of one test file: the services' schemas, migrated and empty. */
export interface TestDatabase {
  readonly name: string;
  readonly adminUrl: string;
  /** As the role that the service's processes run as. */
  url(service: StatefulServiceName): string;
  /** Acting as the owner of the service's schema, as migrations do. */
  ownerUrl(service: StatefulServiceName): string;
  /** Connected as the running role. */
  database(service: StatefulServiceName): Database;
  /** As the superuser, whom no wall stops: to look at what a service keeps to itself. */
  asAdmin<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Closes what `database` has opened and drops everything, whoever is still connected. */
  drop(): Promise<void>;
}

/** Clones a database with these services' schemas from a template, which the first caller makes. */
export async function createTestDatabase(...services: StatefulServiceName[]): Promise<TestDatabase> {
  const { databaseUrl } = stackAddress();
  const name = `laurel_test_${randomBytes(8).toString('hex')}`;
  await asAdmin(databaseUrl, async (admin) => {
    const template = await ensureTemplate(admin, databaseUrl, services);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`);
    // Rights on the database itself are not cloned.
    const roles = services.flatMap((service) => Object.values(serviceRoles(service)).slice(1)).join(', ');
    await admin.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC; GRANT CONNECT ON DATABASE ${name} TO ${roles}`);
  });
  const adminUrl = withDatabase(databaseUrl, name);
  const connected = new Map<StatefulServiceName, Database>();
  await Promise.all(services.map(async (service) => connected.set(service, await connectAs(adminUrl, service))));
  let administrator: Promise<Database> | undefined;
  return {
    name,
    adminUrl,
    url: (service) => runningUrl(adminUrl, service),
    ownerUrl: (service) => actingAs(adminUrl, serviceRoles(service).owner),
    database: (service) => {
      const database = connected.get(service);
      if (database === undefined) throw new Error(`this test database has no ${service}`);
      return database;
    },
    asAdmin: async (work) => (await (administrator ??= connect(adminUrl, 'public'))).inTransaction(work),
    drop: async () => {
      const opened = [...connected.values(), ...(administrator ? [await administrator] : [])];
      for (const { dataSource } of opened) if (dataSource.isInitialized) await dataSource.destroy();
      await asAdmin(databaseUrl, (admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

async function asAdmin(url: string, work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client({ connectionString: url, application_name: 'laurel-test' });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}
