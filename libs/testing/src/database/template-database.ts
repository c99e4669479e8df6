import { createHash } from 'node:crypto';
import { SERVICES, type StatefulServiceName } from '#libs/contracts';
import { ensureOutboxPartitions } from '#libs/messaging';
import pg from 'pg';
import { withDatabase } from '../../../../infra/database/connection-url.ts';
import { migrationsFingerprint } from '../../../../infra/database/migrations.ts';
import { prepareDatabase } from '../../../../infra/database/prepare-database.ts';
import { connectAs } from './connect-as.ts';

/** Test files run side by side, and two of them may want the same template at once. */
const TEMPLATE_LOCK = 0x1a0e2;

/**
 * A migrated database to be cloned, found by what its migrations say, and made once per content and day: it holds the
 * outbox's partitions of a week from its day on.
 * @param admin connected to the cluster's own database
 */
export async function ensureTemplate(
  admin: pg.Client,
  adminUrl: string,
  services: readonly StatefulServiceName[],
): Promise<string> {
  const day = new Date().toISOString().slice(0, 10);
  const fingerprint = `${day} ${await migrationsFingerprint(services)}`;
  const name = `laurel_template_${createHash('sha256').update(fingerprint).digest('hex').slice(0, 16)}`;
  await admin.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await makeTemplate(admin, withDatabase(adminUrl, `${name}_draft`), name, services);
  } finally {
    await admin.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
  return name;
}

/** Renamed when it is whole: the name is the proof. */
async function makeTemplate(
  admin: pg.Client,
  draftUrl: string,
  name: string,
  services: readonly StatefulServiceName[],
): Promise<void> {
  await admin.query(`DROP DATABASE IF EXISTS ${name}_draft WITH (FORCE)`);
  await prepareDatabase({ adminUrl: draftUrl, services });
  for (const service of services) {
    const database = await connectAs(draftUrl, service);
    await ensureOutboxPartitions(database, SERVICES[service].schema);
    await database.dataSource.destroy();
  }
  await admin.query(`ALTER DATABASE ${name}_draft RENAME TO ${name}`);
}
