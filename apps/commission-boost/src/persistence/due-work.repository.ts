import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

/**
 * A boost is due when the client's watermark has reached its due date. One with a creator whose sales are parked waits:
 * its reading would lack them; the release of the key replays them, and the boost is due again by itself.
 */
export const DUE_BOOSTS: Statement = sql`
  FROM commission_boost.boost AS b
  JOIN commission_boost.watermark AS w ON w.client_id = b.client_id AND b.due_date <= w.business_date
  WHERE NOT EXISTS (
    SELECT FROM commission_boost.parked_key AS p
    WHERE p.consumer = 'commission-boost.record-creator-sales' AND p.client_id = b.client_id
      AND p.aggregate_id = b.creator_id::text)`;

/** Of each creator without a boost scheduled or active the claim that has waited longest. */
export const FREE_CLAIMS: Statement = sql`
  FROM commission_boost.waiting_claim AS c
  WHERE c.taken_up_at IS NULL
    AND NOT EXISTS (SELECT FROM commission_boost.boost AS b
                    WHERE b.client_id = c.client_id AND b.creator_id = c.creator_id
                      AND b.status IN ('scheduled', 'active'))
    AND NOT EXISTS (SELECT FROM commission_boost.waiting_claim AS before
                    WHERE before.client_id = c.client_id AND before.lane = c.lane
                      AND before.creator_id = c.creator_id AND before.taken_up_at IS NULL
                      AND before.position < c.position)`;

/** Sales of a sync that the watermark has not reached are looked at when it has. */
export const DUE_RECHECKS: Statement = sql`
  FROM commission_boost.reading_recheck AS q
  JOIN commission_boost.watermark AS w ON w.client_id = q.client_id AND q.sync_sequence <= w.sequence
  WHERE true`;

/** What a client's complete syncs have made due, over all that they can make due. */
@Injectable()
export class DueWorkRepository {
  /** Lanes with anything to do, in order. */
  async lanes(tx: TenantTransaction): Promise<number[]> {
    const rows = await tx.many<{ lane: number }>(sql`
      SELECT b.lane ${DUE_BOOSTS} AND b.client_id = ${tx.clientId}
      UNION SELECT c.lane ${FREE_CLAIMS} AND c.client_id = ${tx.clientId}
      UNION SELECT q.lane ${DUE_RECHECKS} AND q.client_id = ${tx.clientId}
      ORDER BY lane`);
    return rows.map(({ lane }) => lane);
  }

  async count(tx: TenantTransaction): Promise<number> {
    const { due } = await tx.one<{ due: number }>(sql`
      SELECT ((SELECT count(*) ${DUE_BOOSTS} AND b.client_id = ${tx.clientId})
            + (SELECT count(*) ${FREE_CLAIMS} AND c.client_id = ${tx.clientId})
            + (SELECT count(*) ${DUE_RECHECKS} AND q.client_id = ${tx.clientId}))::int AS due`);
    return due;
  }
}
