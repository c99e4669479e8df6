import { createHash } from 'node:crypto';
import type { StatefulServiceName } from '#libs/contracts';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { actingAs } from './connection-url.ts';
import { serviceRoles } from './roles.ts';

type Migrations = readonly (new () => MigrationInterface)[];

/** Loaded one by one, so that a test of one service needs only that service's. */
const LOADERS: Readonly<Record<StatefulServiceName, () => Promise<{ MIGRATIONS: Migrations }>>> = {
  ingestion: () => import('../../apps/ingestion/src/migrations/index.ts'),
  'tier-evaluation': () => import('../../apps/tier-evaluation/src/migrations/index.ts'),
  redemption: () => import('../../apps/redemption/src/migrations/index.ts'),
  'commission-boost': () => import('../../apps/commission-boost/src/migrations/index.ts'),
};

/** Runs what the service's schema lacks, as its owner, each migration in a transaction. @returns the names of those run */
export async function runMigrations(adminUrl: string, service: StatefulServiceName): Promise<string[]> {
  const { schema, owner } = serviceRoles(service);
  const dataSource = new DataSource({
    type: 'postgres',
    url: actingAs(adminUrl, owner),
    schema,
    migrations: [...(await LOADERS[service]()).MIGRATIONS],
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    installExtensions: false,
    applicationName: `laurel-migrate-${service}`,
    poolSize: 2,
  });
  await dataSource.initialize();
  try {
    return (await dataSource.runMigrations()).map(({ name }) => name);
  } finally {
    await dataSource.destroy();
  }
}

/** Changes whenever the SQL of a migration does, wherever it is made: what a template database is found by. */
export async function migrationsFingerprint(services: readonly StatefulServiceName[]): Promise<string> {
  const hash = createHash('sha256');
  for (const service of services) {
    for (const migration of (await LOADERS[service]()).MIGRATIONS) {
      hash.update(`\n${service} ${migration.name}\n`);
      await new migration().up(recorder((statement) => hash.update(statement)));
    }
  }
  return hash.digest('hex');
}

/** Stands for a database while a migration is only read. A migration is plain SQL, so `query` is all there is. */
function recorder(record: (statement: string) => void): QueryRunner {
  const query = (statement: string): Promise<unknown[]> => {
    record(statement);
    return Promise.resolve([]);
  };
  return { query } as unknown as QueryRunner;
}
