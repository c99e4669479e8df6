import type pg from 'pg';
import { CLIENT_ID } from '../tier/tier-seed.ts';
import { ACTIVATION, EXPIRY } from './due-seed.ts';

/** The least that does what the two syncs do, a statement a step, told to the outbox by the same. No rule is asked. */
export async function moveAllBoosts(client: pg.ClientBase): Promise<void> {
  const { sequence, date } = ACTIVATION;
  await client.query(`SELECT set_config('laurel.client_id', $1, false)`, [CLIENT_ID]);
  await client.query(`
    WITH moved AS (
      UPDATE commission_boost.boost AS b
      SET status = 'active', changed_at = now(), actor_kind = 'system', actor_id = NULL,
          activation_sync_sequence = s.sequence, activation_sync_id = s.sync_id, activation_file_sha256 = s.file_sha256,
          activation_date = s.business_date, activated_at = '${date}T19:00:00Z', expiry_date = s.business_date + 7,
          gmv_at_activation_minor = g.lifetime_gmv_minor
      FROM commission_boost.completed_sync AS s JOIN commission_boost.creator_gmv AS g
        ON g.client_id = s.client_id AND g.sync_sequence = s.sequence
      WHERE s.client_id = '${CLIENT_ID}' AND s.sequence = ${sequence}
        AND b.client_id = s.client_id AND b.creator_id = g.creator_id AND b.due_date <= '${date}'
      RETURNING b.*)
    ${told('moved', ['active'])}`);
  await client.query(`
    WITH moved AS (
      UPDATE commission_boost.boost AS b
      SET status = 'expired', changed_at = now(), expiry_sync_sequence = s.sequence, expiry_sync_id = s.sync_id,
          expiry_file_sha256 = s.file_sha256, expired_on = s.business_date, gmv_at_expiry_minor = g.lifetime_gmv_minor,
          delta_minor = g.lifetime_gmv_minor - b.gmv_at_activation_minor,
          calculated_payout_minor = div((g.lifetime_gmv_minor - b.gmv_at_activation_minor)::numeric * rate_bps + 5000, 10000),
          final_payout_minor = div((g.lifetime_gmv_minor - b.gmv_at_activation_minor)::numeric * rate_bps + 5000, 10000)
      FROM commission_boost.completed_sync AS s JOIN commission_boost.creator_gmv AS g
        ON g.client_id = s.client_id AND g.sync_sequence = s.sequence
      WHERE s.client_id = '${CLIENT_ID}' AND s.sequence = ${EXPIRY.sequence}
        AND b.client_id = s.client_id AND b.creator_id = g.creator_id AND b.due_date <= '${EXPIRY.date}'
      RETURNING b.*)
    ${told('moved', ['expired', 'pending_info'])}`);
  await client.query(
    `UPDATE commission_boost.boost SET status = 'pending_info', changed_at = now()
     WHERE client_id = '${CLIENT_ID}' AND status = 'expired'`,
  );
}

const STEPS = ['scheduled', 'active', 'expired', 'pending_info'];

function told(from: string, steps: readonly string[]): string {
  const numbered = steps.map((to) => `('${STEPS[STEPS.indexOf(to) - 1]}', '${to}', ${STEPS.indexOf(to) + 1})`);
  return `
    INSERT INTO commission_boost.outbox (shard, topic, partition, key, value)
    SELECT lane % 2, 'laurel.boost', lane, '${CLIENT_ID}:' || creator_id,
           '{"specversion":"1.0","id":"' || gen_random_uuid() || '","type":"laurel.boost.status-changed.v1",'
           || '"source":"laurel/commission-boost","subject":"' || m.id || '","time":"2026-01-06T19:00:00.000Z",'
           || '"datacontenttype":"application/json","clientid":"${CLIENT_ID}","aggregateid":"' || creator_id
           || '","aggregateversion":' || step.number || ',"data":{"boostId":"' || m.id || '","redemptionId":"' || redemption_id
           || '","creatorId":"' || creator_id || '","from":"' || step.before || '","to":"' || step.after
           || '","occurredAt":"2026-01-06T19:00:00.000Z","activationDate":"' || activation_date || '","expiryDate":"' || expiry_date
           || '","deltaMinor":"' || delta_minor || '","calculatedPayoutMinor":"' || calculated_payout_minor
           || '","finalPayoutMinor":"' || final_payout_minor || '"}}'
    FROM ${from} AS m CROSS JOIN (VALUES ${numbered.join(', ')}) AS step (before, after, number) ORDER BY lane, m.id, number`;
}
