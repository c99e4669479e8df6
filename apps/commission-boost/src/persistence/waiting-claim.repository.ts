import type { CreatorId, RedemptionId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { ClaimedBoost } from './due-boost.repository.ts';
import { FREE_CLAIMS } from './due-work.repository.ts';

/** Claims whose creator's slot is taken. Whoever writes holds the lane of the creator's key. */
@Injectable()
export class WaitingClaimRepository {
  /** Which of the claims are known already, and whose creators have no free slot. */
  async standing(
    claims: readonly ClaimedBoost[],
    tx: TenantTransaction,
  ): Promise<{ readonly known: ReadonlySet<RedemptionId>; readonly taken: ReadonlySet<CreatorId> }> {
    const redemptions = claims.map(({ redemptionId }) => redemptionId);
    const creators = claims.map(({ creatorId }) => creatorId);
    const known = await tx.many<{ id: RedemptionId }>(sql`
      SELECT redemption_id AS id FROM commission_boost.boost
      WHERE client_id = ${tx.clientId} AND redemption_id = ANY (${redemptions}::uuid[])
      UNION ALL
      SELECT redemption_id FROM commission_boost.waiting_claim
      WHERE client_id = ${tx.clientId} AND redemption_id = ANY (${redemptions}::uuid[])`);
    const taken = await tx.many<{ id: CreatorId }>(sql`
      SELECT creator_id AS id FROM commission_boost.boost
      WHERE client_id = ${tx.clientId} AND creator_id = ANY (${creators}::uuid[]) AND status IN ('scheduled', 'active')
      UNION ALL
      SELECT creator_id FROM commission_boost.waiting_claim
      WHERE client_id = ${tx.clientId} AND creator_id = ANY (${creators}::uuid[]) AND taken_up_at IS NULL`);
    return { known: new Set(known.map(({ id }) => id)), taken: new Set(taken.map(({ id }) => id)) };
  }

  async append(claims: readonly ClaimedBoost[], tx: TenantTransaction): Promise<void> {
    if (claims.length === 0) return;
    await tx.execute(sql`
      INSERT INTO commission_boost.waiting_claim (client_id, redemption_id, creator_id, lane, claim)
      SELECT ${tx.clientId}, redemption_id, creator_id, lane, claim::jsonb
      FROM unnest(${claims.map(({ redemptionId }) => redemptionId)}::uuid[],
                  ${claims.map(({ creatorId }) => creatorId)}::uuid[], ${claims.map(({ lane }) => lane)}::smallint[],
                  ${claims.map((claim) => JSON.stringify(claim))}::text[])
           WITH ORDINALITY AS c (redemption_id, creator_id, lane, claim, place)
      ORDER BY place`);
  }

  /** Claims whose turn it is, one a creator; they wait no longer. */
  async takeUp(lane: number, at: Date, tx: TenantTransaction): Promise<ClaimedBoost[]> {
    const rows = await tx.many<{ claim: ClaimedBoost }>(sql`
      UPDATE commission_boost.waiting_claim AS up SET taken_up_at = ${at}
      WHERE up.client_id = ${tx.clientId} AND up.redemption_id IN (
        SELECT c.redemption_id ${FREE_CLAIMS} AND c.client_id = ${tx.clientId} AND c.lane = ${lane})
      RETURNING up.claim`);
    return rows.map(({ claim }) => claim);
  }
}
