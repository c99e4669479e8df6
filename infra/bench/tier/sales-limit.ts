import type pg from 'pg';
import { BUSINESS_DATE, SYNC_ID } from './sales-events.ts';
import { CLIENT_ID } from './tier-seed.ts';

const LADDER = `('{0,100000,200000,300000}'::bigint[])`;
const UP = `(width_bucket(s.lifetime + n.value - s.base, ${LADDER}) > s.tier)`;

/** The events of `salesRecordOf` as rows, in the order in which the partitions hold them. */
export async function stageSales(client: pg.ClientBase): Promise<void> {
  await client.query(`
    CREATE UNLOGGED TABLE bench_sale AS
    SELECT creator_id, lane, 4 AS version, CASE WHEN n % 20 = 0 THEN 20000 ELSE 2000 END::bigint AS value, NULL::date AS post_date
    FROM bench_creator
    UNION ALL SELECT creator_id, lane, 4, 900, '2025-04-18' FROM bench_creator WHERE n % 3 = 0
    ORDER BY lane, creator_id`);
  await client.query('ANALYZE bench_sale');
}

/** The least that does what the consumer does: claims, totals, ledger, promotion with its decision and its event. */
export async function bookAllSales(client: pg.ClientBase): Promise<void> {
  await client.query(`
    WITH sale AS MATERIALIZED (
      SELECT creator_id, min(lane) AS lane, max(version) AS version, sum(value)::bigint AS value FROM bench_sale GROUP BY creator_id
    ), claimed AS (
      INSERT INTO tier_evaluation.consumer_version AS v (consumer, client_id, subject, version)
      SELECT 'tier-evaluation.apply-creator-sales', '${CLIENT_ID}', creator_id::text, version FROM sale
      ON CONFLICT (consumer, client_id, subject) DO UPDATE SET version = excluded.version WHERE v.version < excluded.version
      RETURNING subject
    ), heard AS (
      INSERT INTO tier_evaluation.ingested_total (client_id, creator_id, sync_sequence, business_date, program_version, lifetime)
      SELECT '${CLIENT_ID}', creator_id, 4, '${BUSINESS_DATE}', 1, 95000 FROM sale
      ON CONFLICT (client_id, creator_id) DO UPDATE
      SET sync_sequence = excluded.sync_sequence, business_date = excluded.business_date, lifetime = excluded.lifetime
    ), moved AS (
      UPDATE tier_evaluation.standing s SET
        lifetime = s.lifetime + n.value, booked_through = '${BUSINESS_DATE}', sync_sequence = 4,
        tier = greatest(s.tier, width_bucket(s.lifetime + n.value - s.base, ${LADDER})),
        tier_version = s.tier_version + ${UP}::int, decision_count = s.decision_count + ${UP}::int,
        reached_on = CASE WHEN ${UP} THEN '${BUSINESS_DATE}' ELSE s.reached_on END,
        window_start = CASE WHEN ${UP} THEN '${BUSINESS_DATE}' ELSE s.window_start END,
        anchor = CASE WHEN ${UP} THEN '${BUSINESS_DATE}' ELSE s.anchor END,
        due_date = CASE WHEN ${UP} THEN '${BUSINESS_DATE}'::date + interval '4 months' ELSE s.due_date END,
        opening = CASE WHEN ${UP} THEN n.value ELSE s.opening END
      FROM sale n WHERE s.client_id = '${CLIENT_ID}' AND s.creator_id = n.creator_id
      RETURNING s.*, old.tier AS tier_before
    ), entries AS (
      INSERT INTO tier_evaluation.day_entry
      SELECT '${CLIENT_ID}', b.creator_id, '${BUSINESS_DATE}', coalesce(b.post_date, '${BUSINESS_DATE}'), 4, 0, b.value
      FROM bench_sale b JOIN claimed ON claimed.subject = b.creator_id::text
    ), decided AS (
      INSERT INTO tier_evaluation.decision
        (client_id, creator_id, number, kind, decided_for, value, threshold, tier_before, tier_after, outcome, tier_version,
         program_version, adjustments_counted, base, opening, sync_sequence, adjustment_number, cause_kind, cause_id)
      SELECT client_id, creator_id, decision_count, 'promotion', '${BUSINESS_DATE}', lifetime - base, ${LADDER}[tier], tier_before, tier,
             'promoted', tier_version, 1, 0, base, opening, 4, 0, 'sync', '${SYNC_ID}'
      FROM moved WHERE tier <> tier_before
    ), counted AS (
      INSERT INTO tier_evaluation.sync_count SELECT '${CLIENT_ID}', 4, lane, count(*) FROM sale GROUP BY lane
    )
    INSERT INTO tier_evaluation.outbox (shard, topic, partition, key, value)
    SELECT lane % 2, 'laurel.tier', lane, client_id || ':' || creator_id,
           '{"specversion":"1.0","id":"' || gen_random_uuid() || '","type":"laurel.tier.changed.v1","source":"laurel/tier-evaluation",'
           || '"subject":"' || creator_id || '","clientid":"' || client_id || '","aggregateid":"' || creator_id || '","aggregateversion":'
           || tier_version || ',"time":"2025-04-20T06:00:00.000Z","datacontenttype":"application/json","data":{"tierBefore":' || tier_before
           || ',"tierAfter":' || tier || ',"tierVersion":' || tier_version || ',"decidedFor":"${BUSINESS_DATE}","programVersion":1,'
           || '"cause":{"kind":"sync","syncId":"${SYNC_ID}"}}}'
    FROM moved WHERE tier <> tier_before`);
}
