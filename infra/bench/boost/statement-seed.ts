import type pg from 'pg';
import { CLIENT_ID, creatorIdOf, seedCreators } from '../tier/tier-seed.ts';

/** A sync a day; a boost is read at the first and at the last, and every day between changes its creator's sales. */
export const ENTRIES = 400;
const FIRST_DAY = '2025-01-06';

/** A creator has one boost, under the creator's own id. */
export const boostIdOf = creatorIdOf;

/**
 * Boosts that have just expired, by the steps and under the guards that all boosts take, so that the database itself has
 * asked for their statements.
 */
export async function seedLongBoosts(client: pg.ClientBase, boosts: number): Promise<void> {
  await seedCreators(client, boosts);
  await client.query(`SET laurel.client_id = '${CLIENT_ID}'`);
  await client.query('INSERT INTO commission_boost.tenant (client_id) VALUES ($1)', [CLIENT_ID]);
  await client.query(
    `INSERT INTO commission_boost.completed_sync
       (client_id, sequence, sync_id, business_date, previous_business_date, expected, file_sha256)
     SELECT $1, n, uuidv7(), date '${FIRST_DAY}' + n - 1, CASE WHEN n > 1 THEN date '${FIRST_DAY}' + n - 2 END, 0,
            encode(sha256(n::text::bytea), 'hex')
     FROM generate_series(1, ${ENTRIES + 1}) AS n`,
    [CLIENT_ID],
  );
  await client.query(
    `INSERT INTO commission_boost.watermark (client_id, completed_sequence, sequence, business_date, applied_sequence)
     SELECT client_id, max(sequence), max(sequence), max(business_date), max(sequence)
     FROM commission_boost.completed_sync GROUP BY client_id`,
  );
  await client.query(
    `INSERT INTO commission_boost.creator_gmv
       (client_id, creator_id, sync_sequence, business_date, lifetime_gmv_minor, difference_minor)
     SELECT s.client_id, creator_id, sequence, business_date, sequence * 1234, 1234
     FROM bench_creator CROSS JOIN commission_boost.completed_sync AS s ORDER BY creator_id, sequence`,
  );
  await client.query(
    `INSERT INTO commission_boost.boost
       (client_id, id, redemption_id, creator_id, actor_id, reward_id, lane, rate_bps, duration_days, tier_at_claim,
        tier_commission_rate_bps, scheduled_date, clearing_days, currency, timezone, claimed_at, claimed_on, changed_at,
        actor_kind)
     SELECT $1, creator_id, uuidv7(), creator_id, creator_id, $1, lane, 500, ${ENTRIES}, 3, 1000, '${FIRST_DAY}', 20,
            'USD', 'America/New_York', now(), date '${FIRST_DAY}' - 2, now(), 'creator'
     FROM bench_creator ORDER BY n`,
    [CLIENT_ID],
  );
  await client.query(
    `UPDATE commission_boost.boost SET status = 'active', actor_kind = 'system', actor_id = NULL,
       activation_sync_sequence = 1, activation_sync_id = s.sync_id, activation_file_sha256 = s.file_sha256,
       activation_date = s.business_date, activated_at = (s.business_date + time '14:00') AT TIME ZONE timezone,
       expiry_date = s.business_date + ${ENTRIES}, gmv_at_activation_minor = 1234
     FROM commission_boost.completed_sync AS s WHERE s.sequence = 1`,
  );
  await client.query(
    `UPDATE commission_boost.boost SET status = 'expired', expiry_sync_sequence = s.sequence, expiry_sync_id = s.sync_id,
       expiry_file_sha256 = s.file_sha256, expired_on = s.business_date,
       gmv_at_expiry_minor = 1234 * s.sequence, delta_minor = 1234 * (s.sequence - 1),
       calculated_payout_minor = div(1234 * (s.sequence - 1) * 500 + 5000, 10000),
       final_payout_minor = div(1234 * (s.sequence - 1) * 500 + 5000, 10000)
     FROM commission_boost.completed_sync AS s WHERE s.sequence = ${ENTRIES + 1}`,
  );
  await client.query(`UPDATE commission_boost.boost SET status = 'pending_info'`);
  await client.query(
    'VACUUM (ANALYZE) commission_boost.boost, commission_boost.creator_gmv, commission_boost.completed_sync',
  );
}
