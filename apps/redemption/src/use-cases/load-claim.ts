import { LaurelError } from '#libs/contracts';
import { startOfMonth, startOfWeek, type CalendarDate, type CreatorId, type RedemptionId } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { ClaimSituation } from '../domain/claim/decide-claim.ts';
import { ProgrammeNotStartedError } from '../domain/redemption/redemption.errors.ts';
import type { Reward } from '../domain/reward/reward.ts';
import { ClaimRepository } from '../persistence/claim.repository.ts';
import { CreatorTierRepository, type CreatorTier } from '../persistence/creator-tier.repository.ts';
import { GrantRepository } from '../persistence/grant.repository.ts';
import { RedemptionRepository } from '../persistence/redemption.repository.ts';
import { RewardRepository } from '../persistence/reward.repository.ts';

export interface LoadedClaim extends ClaimSituation {
  readonly redemptionId: RedemptionId;
  readonly reward: Reward;
  readonly creator: CreatorTier;
}

/**
 * Locks and reads what a claim is decided on, in the order of all grants: the client's rewards stand still, then the
 * creator's tier, then the row. What follows a lock is read after it, so it is what its last holder has left.
 */
@Injectable()
export class LoadClaim {
  constructor(
    private readonly grants: GrantRepository,
    private readonly creatorTiers: CreatorTierRepository,
    private readonly redemptions: RedemptionRepository,
    private readonly rewards: RewardRepository,
    private readonly claims: ClaimRepository,
  ) {}

  /** @throws LaurelError not_found for another creator's row as for none, ProgrammeNotStartedError without a today */
  async execute(
    of: { readonly redemptionId: RedemptionId; readonly creatorId: CreatorId },
    today: CalendarDate | undefined,
    tx: TenantTransaction,
  ): Promise<LoadedClaim> {
    await this.grants.lockShared(tx);
    const creator = await this.creatorTiers.lockForClaim(of.creatorId, tx);
    const row = await this.redemptions.lockForClaim(of.redemptionId, of.creatorId, tx);
    const reward = row && (await this.rewards.find(row.rewardId, tx));
    if (creator === undefined || row === undefined || reward === undefined) {
      throw new LaurelError('not_found', 'there is no such redemption');
    }
    if (today === undefined) throw new ProgrammeNotStartedError();
    const counts = await this.claims.count(
      { creatorId: of.creatorId, rewardId: reward.id },
      { tierVersion: creator.tierVersion, week: startOfWeek(today), month: startOfMonth(today) },
      tx,
    );
    return {
      redemptionId: row.id,
      reward,
      creator,
      offer: reward,
      creatorTier: creator.tier,
      row,
      counts,
      programmeDate: today,
    };
  }
}
