import type { CreatorId, RedemptionId, RewardId } from '#libs/kernel';
import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

export interface MissionGrant {
  readonly id: string;
  readonly missionId: string;
  readonly creatorId: CreatorId;
  readonly rewardId: RewardId;
}

/** Grants of missions. The creators' rows of `creator_tier` are locked, so nobody else makes or claims their rows. */
@Injectable()
export class MissionGrantRepository {
  /** Takes down grants that are news; what is known already, also as lost, stays. @returns those refused */
  async note(grants: readonly MissionGrant[], tx: TenantTransaction): Promise<string[]> {
    const rows = await tx.many<{ id: string; status: string }>(sql`
      INSERT INTO redemption.mission_grant (client_id, id, mission_id, creator_id, reward_id, status)
      SELECT ${tx.clientId}, g.id, g.mission_id, g.creator_id, g.reward_id,
             CASE WHEN r.source = 'mission' THEN 'waiting' ELSE 'refused' END
      FROM ${listOf(grants)}
      LEFT JOIN redemption.reward r ON r.client_id = ${tx.clientId} AND r.id = g.reward_id
      ORDER BY g.nth
      ON CONFLICT (client_id, id) DO NOTHING RETURNING id, status`);
    return rows.filter(({ status }) => status === 'refused').map(({ id }) => id);
  }

  /** Loses grants that have no row, also such as were not heard of before. @returns the rows of those that have one */
  async lose(grants: readonly MissionGrant[], tx: TenantTransaction): Promise<RedemptionId[]> {
    await tx.execute(sql`
      INSERT INTO redemption.mission_grant AS known (client_id, id, mission_id, creator_id, reward_id, status)
      SELECT ${tx.clientId}, g.id, g.mission_id, g.creator_id, g.reward_id, 'lost'
      FROM ${listOf(grants)} ORDER BY g.nth
      ON CONFLICT (client_id, id) DO UPDATE SET status = 'lost' WHERE known.status = 'waiting'`);
    const rows = await tx.many<{ redemption_id: RedemptionId }>(sql`
      SELECT redemption_id FROM redemption.mission_grant
      WHERE client_id = ${tx.clientId} AND id = ANY(${grants.map(({ id }) => id)}::uuid[]) AND status = 'placed'`);
    return rows.map((row) => row.redemption_id);
  }

  /** Their rows have been rejected. */
  async markLost(redemptionIds: readonly RedemptionId[], tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      UPDATE redemption.mission_grant SET status = 'lost'
      WHERE client_id = ${tx.clientId} AND redemption_id = ANY(${redemptionIds}::uuid[])`);
  }

  /**
   * Makes the row of each creator's and reward's first waiting grant, where there is no unclaimed one: by `entitlementOf`
   * a mission reward gives an open row whatever the tier, a hidden one while it is disabled. The erased get none.
   */
  async place(creatorIds: readonly CreatorId[], tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      WITH due AS MATERIALIZED (
        SELECT DISTINCT ON (g.creator_id, g.reward_id) g.id, g.creator_id, g.reward_id, t.tier, t.tier_version,
               CASE WHEN NOT r.enabled THEN 'reward_disabled' END AS hidden_reason
        FROM redemption.mission_grant g
        JOIN redemption.reward r ON r.client_id = g.client_id AND r.id = g.reward_id
        JOIN redemption.creator_tier t ON t.client_id = g.client_id AND t.creator_id = g.creator_id AND NOT t.erased
        WHERE g.client_id = ${tx.clientId} AND g.creator_id = ANY(${creatorIds}::uuid[]) AND g.status = 'waiting'
          AND NOT EXISTS (
            SELECT FROM redemption.redemption d
            WHERE d.client_id = ${tx.clientId} AND d.reward_id = g.reward_id AND d.creator_id = g.creator_id
              AND d.status = 'claimable')
        ORDER BY g.creator_id, g.reward_id, g.arrival),
      made AS (
        INSERT INTO redemption.redemption
          (client_id, reward_id, creator_id, tier_at_grant, tier_version_at_grant, hidden_reason)
        SELECT ${tx.clientId}, reward_id, creator_id, tier, tier_version, hidden_reason
        FROM due ORDER BY reward_id, creator_id
        RETURNING id, reward_id, creator_id)
      UPDATE redemption.mission_grant g SET status = 'placed', redemption_id = made.id
      FROM due JOIN made USING (reward_id, creator_id)
      WHERE g.client_id = ${tx.clientId} AND g.id = due.id`);
  }
}

function listOf(grants: readonly MissionGrant[]): Statement {
  return sql`
    unnest(${grants.map(({ id }) => id)}::uuid[], ${grants.map(({ missionId }) => missionId)}::uuid[],
           ${grants.map(({ creatorId }) => creatorId)}::uuid[], ${grants.map(({ rewardId }) => rewardId)}::uuid[])
      WITH ORDINALITY AS g (id, mission_id, creator_id, reward_id, nth)`;
}
