import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STATEFUL_SERVICES } from '#libs/contracts';
import { stackAddress } from '#libs/testing';
import pg from 'pg';
import { withDatabase } from '../connection-url.ts';
import { migrationsFingerprint } from '../migrations.ts';
import { prepareDatabase } from '../prepare-database.ts';
import { serviceRoles } from '../roles.ts';

describe('the migration job', () => {
  const { databaseUrl } = stackAddress();
  const adminUrl = withDatabase(databaseUrl, `laurel_test_${randomBytes(8).toString('hex')}`);
  let ran: string[];

  beforeAll(async () => {
    ran = await prepareDatabase({ adminUrl });
  });
  afterAll(() => query(databaseUrl, `DROP DATABASE ${new URL(adminUrl).pathname.slice(1)} WITH (FORCE)`));

  it('migrates every service once, and may run again', async () => {
    expect(ran.length).toBeGreaterThanOrEqual(STATEFUL_SERVICES.length);
    await expect(prepareDatabase({ adminUrl })).resolves.toEqual([]);
  });

  it('gives owners that cannot sign in, and running roles that own nothing and are nothing special', async () => {
    const roles = STATEFUL_SERVICES.map((service) => serviceRoles(service));
    const special = 'rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls AS special';
    const found = await query(
      adminUrl,
      `SELECT rolname, rolcanlogin, ${special} FROM pg_roles WHERE rolname LIKE 'laurel%'`,
    );
    for (const { owner, running } of roles) {
      expect(found).toContainEqual({ rolname: owner, rolcanlogin: false, special: false });
      expect(found).toContainEqual({ rolname: running, rolcanlogin: true, special: false });
    }
    const names = roles.map(({ running }) => `'${running}'`).join(', ');
    expect(
      await query(
        adminUrl,
        `SELECT c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname IN (${names})`,
      ),
    ).toEqual([]);
  });

  it('leaves nothing to everybody: no database, no schema, no function', async () => {
    const granted = await query(
      adminUrl,
      `SELECT 'database' AS kind, datname::text AS name FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba)))
         WHERE grantee = 0 AND datname = current_database()
       UNION ALL
       SELECT 'schema', nspname FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner)))
         WHERE grantee = 0 AND nspname !~ '^(pg_|information_schema)'
       UNION ALL
       SELECT 'function', p.oid::regprocedure::text FROM pg_proc p
         JOIN pg_namespace n ON n.oid = pronamespace, aclexplode(coalesce(proacl, acldefault('f', proowner)))
         WHERE grantee = 0 AND nspname !~ '^(pg_|information_schema)'`,
    );
    expect(granted).toEqual([]);
  });

  it('knows its migrations by their SQL', async () => {
    const fingerprint = await migrationsFingerprint(['ingestion']);
    await expect(migrationsFingerprint(['ingestion'])).resolves.toBe(fingerprint);
    await expect(migrationsFingerprint(['redemption'])).resolves.not.toBe(fingerprint);
  });
});

async function query(connectionString: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<object>(text)).rows;
  } finally {
    await client.end();
  }
}
