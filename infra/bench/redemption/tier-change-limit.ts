import type pg from 'pg';
import { CLIENT_ID } from '../tier/tier-seed.ts';
import { FROM_TIER, TO_TIER } from './tier-change-events.ts';

/** The least that does what the consumer does, in one statement: claims, tiers, rows hidden and created, events. No counts. */
export async function changeAllTiers(client: pg.ClientBase): Promise<void> {
  await client.query(`
    WITH step AS MATERIALIZED (SELECT creator_id, lane FROM bench_creator),
    claimed AS (
      INSERT INTO redemption.consumer_version AS v (consumer, client_id, subject, version)
      SELECT 'redemption.apply-tier-changes', '${CLIENT_ID}', creator_id::text, 2 FROM step
      ON CONFLICT (consumer, client_id, subject) DO UPDATE SET version = excluded.version WHERE v.version < excluded.version),
    moved AS (
      UPDATE redemption.creator_tier t SET tier = ${TO_TIER}, tier_version = 2
      FROM step WHERE t.client_id = '${CLIENT_ID}' AND t.creator_id = step.creator_id AND t.tier_version < 2),
    hidden AS (
      UPDATE redemption.redemption d SET hidden_reason = 'tier_change_tier_${FROM_TIER}_to_tier_${TO_TIER}'
      FROM step, redemption.reward r
      WHERE r.client_id = '${CLIENT_ID}' AND r.tier = ${FROM_TIER} AND d.client_id = r.client_id AND d.reward_id = r.id
        AND d.creator_id = step.creator_id AND d.status = 'claimable' AND d.hidden_reason IS NULL
      RETURNING d.id, d.creator_id),
    created AS (
      INSERT INTO redemption.redemption (client_id, reward_id, creator_id, tier_at_grant, tier_version_at_grant)
      SELECT r.client_id, r.id, step.creator_id, ${TO_TIER}, 2 FROM redemption.reward r CROSS JOIN step
      WHERE r.client_id = '${CLIENT_ID}' AND r.tier = ${TO_TIER} AND r.enabled ORDER BY r.id, step.creator_id
      ON CONFLICT (client_id, reward_id, creator_id) WHERE status = 'claimable' DO NOTHING
      RETURNING id, creator_id),
    told AS (
      SELECT creator_id, string_agg('"' || id || '"', ',') FILTER (WHERE new) AS created,
             string_agg('"' || id || '"', ',') FILTER (WHERE NOT new) AS hidden
      FROM (SELECT id, creator_id, true AS new FROM created UNION ALL SELECT id, creator_id, false FROM hidden) AS effect
      GROUP BY creator_id)
    INSERT INTO redemption.outbox (shard, topic, partition, key, value)
    SELECT lane % 2, 'laurel.entitlements', lane, '${CLIENT_ID}:' || creator_id,
           '{"specversion":"1.0","id":"' || gen_random_uuid() || '","type":"laurel.entitlements.changed.v1","source":"laurel/redemption",'
           || '"subject":"' || creator_id || '","clientid":"${CLIENT_ID}","aggregateid":"' || creator_id || '","aggregateversion":2,'
           || '"time":"2026-03-25T06:00:00.000Z","datacontenttype":"application/json","data":{"tier":${TO_TIER},"tierVersion":2,"created":['
           || created || '],"broughtBack":[],"hidden":[' || hidden || ']}}'
    FROM told JOIN step USING (creator_id)`);
}
