import type { CalendarDate, RedemptionId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { BOOST_STATUSES, type BoostStatus } from '../domain/redemption/boost-steps.ts';
import type { BoostClaim } from '../domain/redemption/compare-boost-state.ts';
import type { RedemptionStatus } from '../domain/redemption/redemption-state.ts';

/** The last that each boost has told of itself: what redemptions are held against. */
@Injectable()
export class BoostStateRepository {
  /** One word a boost. A step back is none: what is stale stays unheard. */
  async keep(
    news: readonly { readonly redemptionId: RedemptionId; readonly status: BoostStatus }[],
    tx: TenantTransaction,
  ): Promise<void> {
    if (news.length === 0) return;
    await tx.execute(sql`
      INSERT INTO redemption.boost_state AS known (client_id, redemption_id, status)
      SELECT ${tx.clientId}, * FROM unnest(${news.map(({ redemptionId }) => redemptionId)}::uuid[],
                                           ${news.map(({ status }) => status)}::text[])
      ON CONFLICT (client_id, redemption_id) DO UPDATE SET status = excluded.status
      WHERE array_position(${BOOST_STATUSES}::text[], known.status)
            < array_position(${BOOST_STATUSES}::text[], excluded.status)`);
  }

  /** Claimed commission boosts, and redemptions that a boost has told of, in the order of their ids. */
  async claimsAfter(
    after: RedemptionId | null,
    limit: number,
    tx: TenantTransaction,
  ): Promise<(BoostClaim & { readonly redemptionId: RedemptionId })[]> {
    const behind = after ?? '00000000-0000-0000-0000-000000000000';
    const rows = await tx.many<ClaimRow>(sql`
      WITH chunk AS MATERIALIZED (
        (SELECT c.redemption_id FROM redemption.claim AS c
         JOIN redemption.reward AS w ON w.client_id = c.client_id AND w.id = c.reward_id AND w.type = 'commission_boost'
         WHERE c.client_id = ${tx.clientId} AND c.redemption_id > ${behind} ORDER BY c.redemption_id LIMIT ${limit})
        UNION
        (SELECT redemption_id FROM redemption.boost_state
         WHERE client_id = ${tx.clientId} AND redemption_id > ${behind} ORDER BY redemption_id LIMIT ${limit})
        ORDER BY 1 LIMIT ${limit})
      SELECT chunk.redemption_id, r.status, slot.redemption_id IS NOT NULL AS holds_slot,
             c.scheduled_date::text AS scheduled_date, s.status AS boost
      FROM chunk
      LEFT JOIN redemption.redemption AS r ON r.client_id = ${tx.clientId} AND r.id = chunk.redemption_id
      LEFT JOIN redemption.claim AS c ON c.client_id = ${tx.clientId} AND c.redemption_id = chunk.redemption_id
      LEFT JOIN redemption.claim_slot AS slot
        ON slot.client_id = ${tx.clientId} AND slot.redemption_id = chunk.redemption_id AND slot.kind = 'boost'
      LEFT JOIN redemption.boost_state AS s ON s.client_id = ${tx.clientId} AND s.redemption_id = chunk.redemption_id
      ORDER BY chunk.redemption_id`);
    return rows.map((row) => ({
      redemptionId: row.redemption_id,
      status: row.status,
      holdsSlot: row.holds_slot,
      scheduledDate: row.scheduled_date,
      boost: row.boost,
    }));
  }
}

interface ClaimRow {
  redemption_id: RedemptionId;
  status: RedemptionStatus | null;
  holds_slot: boolean;
  scheduled_date: CalendarDate | null;
  boost: BoostStatus | null;
}
