import { asId, type ClientId, type CreatorId } from '#libs/kernel';
import { Database, dataSourceOptions, sql } from '#libs/persistence';
import { DataKeyStore, KeyRing, masterKeysField, SealAlerts, Vault } from '#libs/secrets';
import { Metrics, readConfig } from '#libs/service-kit';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { CLIENT_ID, seedCreators } from '../tier/tier-seed.ts';

const SCHEMA = 'commission_boost';
const CLIENT = asId<ClientId>(CLIENT_ID);
const SEALED_A_CHUNK = 1_000;

/** A boost of each creator that is to be paid 28.75 by PayPal; its account is not sealed yet. */
export async function seedPayableBoosts(client: pg.ClientBase, boosts: number): Promise<void> {
  await seedCreators(client, boosts);
  await client.query('INSERT INTO commission_boost.tenant (client_id) VALUES ($1)', [CLIENT_ID]);
  await client.query(`INSERT INTO commission_boost.programme_date VALUES ($1, '2026-02-02')`, [CLIENT_ID]);
  // Without the steps on the way there: no check of a row is left out, only the triggers are.
  await client.query('SET session_replication_role = replica');
  await client.query(
    `INSERT INTO commission_boost.boost
       (client_id, redemption_id, creator_id, reward_id, lane, status, rate_bps, duration_days, tier_at_claim,
        tier_commission_rate_bps, scheduled_date, clearing_days, currency, timezone, claimed_at, claimed_on,
        activation_sync_sequence, activation_sync_id, activation_file_sha256, activation_date, activated_at, expiry_date,
        gmv_at_activation_minor, expiry_sync_sequence, expiry_sync_id, expiry_file_sha256, expired_on,
        gmv_at_expiry_minor, delta_minor, calculated_payout_minor, final_payout_minor, payment_detail_version,
        released_at, changed_at, actor_kind, actor_id)
     SELECT $1, uuidv7(), creator_id, uuidv7(), lane, 'pending_payout', 500, 7, 3, 1000, '2026-01-06', 20, 'USD',
            'America/New_York', '2026-01-04T12:00:00Z', '2026-01-04', 1, uuidv7(), repeat('a', 64), '2026-01-06',
            '2026-01-06T19:00:00Z', '2026-01-13', 100000, 2, uuidv7(), repeat('b', 64), '2026-01-13', 157500, 57500,
            2875, 2875, 1, now(), now(), 'creator', creator_id
     FROM bench_creator ORDER BY n`,
    [CLIENT_ID],
  );
  await client.query('SET session_replication_role = origin');
  await client.query('VACUUM (ANALYZE) commission_boost.boost');
}

/** Seals an account for every boost, under a data key of its creator, as the service does it. */
export async function sealAccounts(url: string, env: NodeJS.ProcessEnv): Promise<void> {
  const dataSource = await new DataSource(dataSourceOptions({ url, schema: SCHEMA, poolSize: 2 })).initialize();
  try {
    const { masterKeys } = readConfig({ masterKeys: masterKeysField() }, env);
    const alerts = new SealAlerts(new Metrics('commission-boost'));
    const vault = new Vault(new DataKeyStore(SCHEMA), new KeyRing(masterKeys), alerts);
    await sealAll(new Database(dataSource), vault);
  } finally {
    await dataSource.destroy();
  }
}

async function sealAll(database: Database, vault: Vault): Promise<void> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const sealed = await database.inTenant(CLIENT, async (tx) => {
      const boosts = await tx.many<{ id: string; creator_id: CreatorId }>(sql`
        SELECT id, creator_id FROM commission_boost.boost
        WHERE client_id = ${CLIENT} AND id > ${after} ORDER BY id LIMIT ${SEALED_A_CHUNK}`);
      const secrets = boosts.map(({ id, creator_id }) => ({
        place: { creatorId: creator_id, field: `payment_detail.account/${id}/1` },
        text: `creator.${id}@example.com`,
      }));
      const accounts = await vault.sealAll(secrets, tx);
      await tx.execute(sql`
        INSERT INTO commission_boost.payment_detail
          (client_id, boost_id, version, creator_id, method, sealed_account, given_at)
        SELECT ${CLIENT}, boost_id, 1, creator_id, 'paypal', decode(account, 'hex'), '2026-01-20T12:00:00Z'
        FROM unnest(${boosts.map(({ id }) => id)}::uuid[], ${boosts.map((boost) => boost.creator_id)}::uuid[],
                    ${accounts.map((bytes) => bytes.toString('hex'))}::text[]) AS d (boost_id, creator_id, account)`);
      return boosts;
    });
    after = sealed.at(-1)?.id ?? after;
    if (sealed.length < SEALED_A_CHUNK) return;
  }
}
