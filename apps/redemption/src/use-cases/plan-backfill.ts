import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { BackfillKind } from '../domain/backfill/backfill-state.ts';
import type { Reward } from '../domain/reward/reward.ts';
import type { Backfill } from '../persistence/backfill-row.ts';
import { BackfillRepository } from '../persistence/backfill.repository.ts';
import { AnnounceBackfill } from './announce-backfill.ts';

/**
 * Starts the job that brings everyone of a tier in line with what a reward has just become. It cancels the reward's
 * unfinished job: the new one goes through all creators anyway, and does what the reward says by then.
 */
@Injectable()
export class PlanBackfill {
  constructor(
    private readonly backfills: BackfillRepository,
    private readonly announce: AnnounceBackfill,
  ) {}

  /** @param enabled the command has just enabled the reward; a job that takes over an enabling inherits this */
  async execute(
    reward: Reward,
    job: { readonly kind: BackfillKind; readonly enabled: boolean },
    tx: TenantTransaction,
  ): Promise<Backfill> {
    const unfinished = await this.backfills.findUnfinished(reward.id, tx);
    if (unfinished !== undefined) {
      await this.backfills.setStatus(unfinished.id, 'cancelled', tx);
      await this.announce.execute(unfinished.id, tx);
    }
    const enabledReward = reward.enabled && (job.enabled || (unfinished?.enabledReward ?? false));
    const id = await this.backfills.plan({ rewardId: reward.id, kind: job.kind, enabledReward }, tx);
    return this.announce.execute(id, tx);
  }
}
