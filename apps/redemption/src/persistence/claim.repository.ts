import type { CalendarDate, CreatorId, RedemptionId, RewardId } from '#libs/kernel';
import { prepared, sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { ClaimCounts } from '../domain/entitlement/right.ts';
import type { RewardValue } from '../domain/reward/reward.ts';

/** What a claim freezes. */
export interface Claim {
  readonly redemptionId: RedemptionId;
  readonly rewardId: RewardId;
  readonly creatorId: CreatorId;
  readonly tier: number;
  readonly tierVersion: number;
  readonly claimedAt: Date;
  readonly claimedOn: CalendarDate;
  readonly value: RewardValue;
  readonly scheduledDate: CalendarDate | null;
  readonly scheduledAt: Date | null;
}

export type SlotKind = 'boost' | 'discount';

@Injectable()
export class ClaimRepository {
  /** Earlier claims of the creator on the reward. The programme date never goes back, so no count needs an end. */
  async count(
    of: { readonly creatorId: CreatorId; readonly rewardId: RewardId },
    since: { readonly tierVersion: number; readonly week: CalendarDate; readonly month: CalendarDate },
    tx: TenantTransaction,
  ): Promise<ClaimCounts> {
    return tx.one<ClaimCounts>(
      prepared(
        'claim-counts',
        sql`
          SELECT count(*)::int AS ever,
                 count(*) FILTER (WHERE tier_version = ${since.tierVersion})::int AS "thisAchievement",
                 count(*) FILTER (WHERE claimed_on >= ${since.week})::int AS "thisWeek",
                 count(*) FILTER (WHERE claimed_on >= ${since.month})::int AS "thisMonth"
          FROM redemption.claim
          WHERE client_id = ${tx.clientId} AND reward_id = ${of.rewardId} AND creator_id = ${of.creatorId}`,
      ),
    );
  }

  async insert(claim: Claim, tx: TenantTransaction): Promise<void> {
    await tx.execute(
      prepared(
        'claim-insert',
        sql`
          INSERT INTO redemption.claim
            (client_id, redemption_id, reward_id, creator_id, tier, tier_version, claimed_at, claimed_on, value,
             scheduled_date, scheduled_at)
          VALUES (${tx.clientId}, ${claim.redemptionId}, ${claim.rewardId}, ${claim.creatorId}, ${claim.tier},
                  ${claim.tierVersion}, ${claim.claimedAt}, ${claim.claimedOn}, ${JSON.stringify(claim.value)}::jsonb,
                  ${claim.scheduledDate}, ${claim.scheduledAt})`,
      ),
    );
  }

  /** @returns false when another redemption holds the creator's slot. */
  async takeSlot(claim: Claim, kind: SlotKind, tx: TenantTransaction): Promise<boolean> {
    const taken = await tx.execute(sql`
      INSERT INTO redemption.claim_slot (client_id, creator_id, kind, redemption_id, taken_at)
      VALUES (${tx.clientId}, ${claim.creatorId}, ${kind}, ${claim.redemptionId}, ${claim.claimedAt})
      ON CONFLICT (client_id, creator_id, kind) DO NOTHING`);
    return taken === 1;
  }

  /** By redemption, so that a late word of an earlier boost never frees the slot of the next. */
  async freeSlots(redemptionIds: readonly RedemptionId[], tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      DELETE FROM redemption.claim_slot
      WHERE client_id = ${tx.clientId} AND redemption_id = ANY(${redemptionIds}::uuid[])`);
  }
}
