import { readFileSync } from 'node:fs';
import { SERVICES, STATEFUL_SERVICES } from '#libs/contracts';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { dumpSchema } from '../../infra/database/dump-schema.ts';

describe('schema.sql beside the migrations', () => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase(...STATEFUL_SERVICES);
    client = new pg.Client({ connectionString: database.adminUrl });
    await client.connect();
  });

  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it.each(STATEFUL_SERVICES)('is what the migrations of %s add up to (else: npm run generate)', async (service) => {
    const written = readFileSync(`apps/${service}/src/migrations/schema.sql`, 'utf8');
    expect(await dumpSchema(client, SERVICES[service].schema)).toBe(written);
  });

  it('tells a changed column, key, policy and right from what was there', async () => {
    const { schema } = SERVICES.redemption;
    const before = await dumpSchema(client, schema);
    await client.query('BEGIN');
    await client.query(`ALTER TABLE ${schema}.claim ALTER COLUMN tier DROP NOT NULL`);
    const column = await dumpSchema(client, schema);
    await client.query(`CREATE INDEX planted ON ${schema}.claim (client_id, claimed_on)`);
    const index = await dumpSchema(client, schema);
    await client.query(`ALTER TABLE ${schema}.claim NO FORCE ROW LEVEL SECURITY`);
    const policy = await dumpSchema(client, schema);
    await client.query(`GRANT UPDATE ON ${schema}.claim TO laurel_redemption`);
    const right = await dumpSchema(client, schema);
    await client.query('ROLLBACK');
    expect(new Set([before, column, index, policy, right]).size).toBe(5);
    expect(await dumpSchema(client, schema)).toBe(before);
  });
});
