import type { CreatorId } from '#libs/kernel';
import { prepared, sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Reward } from '../domain/reward/reward.ts';

export interface CreatorTier {
  readonly creatorId: CreatorId;
  readonly tier: number;
  readonly tierVersion: number;
}

/** Which tier each creator is in. Always locked in key order; only consumers that hold the creator's lane change it. */
@Injectable()
export class CreatorTierRepository {
  /** @returns those that were not known yet: a tier change may have come before the onboarding. */
  async insert(creators: readonly CreatorTier[], tx: TenantTransaction): Promise<CreatorId[]> {
    const rows = await tx.many<{ creator_id: CreatorId }>(sql`
      INSERT INTO redemption.creator_tier (client_id, creator_id, tier, tier_version)
      SELECT ${tx.clientId}, creator_id, tier, tier_version
      FROM unnest(${creators.map((creator) => creator.creatorId)}::uuid[], ${creators.map((creator) => creator.tier)}::smallint[],
                  ${creators.map((creator) => creator.tierVersion)}::bigint[]) AS creator (creator_id, tier, tier_version)
      ORDER BY creator_id
      ON CONFLICT DO NOTHING RETURNING creator_id`);
    return rows.map((row) => row.creator_id);
  }

  async lockForChange(creatorIds: readonly CreatorId[], tx: TenantTransaction): Promise<Map<CreatorId, CreatorTier>> {
    const rows = await tx.many<CreatorTierRow>(sql`
      SELECT creator_id, tier, tier_version FROM redemption.creator_tier
      WHERE client_id = ${tx.clientId} AND creator_id = ANY(${creatorIds}::uuid[])
      ORDER BY creator_id FOR UPDATE`);
    return new Map(rows.map((row) => [row.creator_id, toCreatorTier(row)]));
  }

  /**
   * Keeps the creator where it is, and chunks away, until the claim is through. A shared lock would let a chunk, whose
   * snapshot still has the right unused, make a row in the moment in which the claim has used it up.
   */
  async lockForClaim(creatorId: CreatorId, tx: TenantTransaction): Promise<CreatorTier | undefined> {
    const row = await tx.maybeOne<CreatorTierRow>(
      prepared(
        'creator-for-claim',
        sql`
          SELECT creator_id, tier, tier_version FROM redemption.creator_tier
          WHERE client_id = ${tx.clientId} AND creator_id = ${creatorId} FOR NO KEY UPDATE`,
      ),
    );
    return row && toCreatorTier(row);
  }

  /** From here on the creator is granted nothing, also one who was not heard of yet. */
  async markErased(creatorId: CreatorId, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      INSERT INTO redemption.creator_tier AS known (client_id, creator_id, tier, tier_version, erased)
      VALUES (${tx.clientId}, ${creatorId}, 1, 0, true)
      ON CONFLICT (client_id, creator_id) DO UPDATE SET erased = true`);
  }

  async countMembers(reward: Reward, tx: TenantTransaction): Promise<number> {
    const counted = await tx.one<{ members: string }>(
      reward.source === 'vip_tier'
        ? sql`SELECT count(*) AS members FROM redemption.creator_tier
              WHERE client_id = ${tx.clientId} AND tier = ${reward.tier} AND NOT erased`
        : sql`SELECT count(*) AS members FROM redemption.redemption
              WHERE client_id = ${tx.clientId} AND reward_id = ${reward.id} AND status = 'claimable'`,
    );
    return Number(counted.members);
  }
}

interface CreatorTierRow {
  creator_id: CreatorId;
  tier: number;
  tier_version: string;
}

function toCreatorTier(row: CreatorTierRow): CreatorTier {
  return { creatorId: row.creator_id, tier: row.tier, tierVersion: Number(row.tier_version) };
}
