import type pg from 'pg';
import { CLIENT_ID, seedCreators } from '../tier/tier-seed.ts';

/** The sync that activates every boost, and the one that ends them. */
export const ACTIVATION = { sequence: 2, date: '2026-01-06', sha256: 'b'.repeat(64) };
export const EXPIRY = { sequence: 3, date: '2026-01-13', sha256: 'c'.repeat(64) };
const BEFORE = { sequence: 1, date: '2025-12-01', sha256: 'a'.repeat(64) };

/** A boost of each creator, to be paid 28.75; the syncs that move them are not known to be complete yet. */
export async function seedDueBoosts(client: pg.ClientBase, boosts: number): Promise<void> {
  await seedCreators(client, boosts);
  // The owner's triggers write history and ledger, and row-level security binds the owner too.
  await client.query(`SELECT set_config('laurel.client_id', $1, false)`, [CLIENT_ID]);
  await client.query('INSERT INTO commission_boost.tenant (client_id) VALUES ($1)', [CLIENT_ID]);
  await client.query(`INSERT INTO commission_boost.programme_date VALUES ($1, '2026-01-05')`, [CLIENT_ID]);
  for (const [{ sequence, date, sha256 }, lifetime] of [
    [BEFORE, 100_000],
    [ACTIVATION, 150_000],
    [EXPIRY, 207_500],
  ] as const) {
    await client.query(
      `INSERT INTO commission_boost.completed_sync
         (client_id, sequence, sync_id, business_date, previous_business_date, expected, file_sha256)
       VALUES ($1, $2, uuidv7(), $3, NULL, 0, $4)`,
      [CLIENT_ID, sequence, date, sha256],
    );
    await client.query(
      `INSERT INTO commission_boost.creator_gmv
         (client_id, creator_id, sync_sequence, business_date, lifetime_gmv_minor, difference_minor)
       SELECT $1, creator_id, $2, $3, $4, 50000 FROM bench_creator ORDER BY n`,
      [CLIENT_ID, sequence, date, lifetime],
    );
  }
  await client.query(
    `INSERT INTO commission_boost.watermark (client_id, completed_sequence, applied_sequence, sequence, business_date)
     VALUES ($1, 1, 1, 1, $2)`,
    [CLIENT_ID, BEFORE.date],
  );
  await client.query(
    `INSERT INTO commission_boost.boost
       (client_id, redemption_id, creator_id, reward_id, lane, rate_bps, duration_days, tier_at_claim,
        tier_commission_rate_bps, scheduled_date, clearing_days, currency, timezone, claimed_at, claimed_on, changed_at,
        actor_kind, actor_id)
     SELECT $1, uuidv7(), creator_id, uuidv7(), lane, 500, 7, 3, 1000, $2, 20, 'USD', 'America/New_York',
            '2026-01-04T12:00:00Z', '2026-01-04', now(), 'creator', creator_id
     FROM bench_creator ORDER BY n`,
    [CLIENT_ID, ACTIVATION.date],
  );
  // For the sales of a further sync, which come while boosts move.
  await client.query(
    `INSERT INTO commission_boost.consumer_version (consumer, client_id, subject, version)
     SELECT 'commission-boost.record-creator-sales', $1, creator_id::text, 3 FROM bench_creator ORDER BY n`,
    [CLIENT_ID],
  );
  await client.query(
    'VACUUM (ANALYZE) commission_boost.boost, commission_boost.creator_gmv, commission_boost.consumer_version',
  );
}
