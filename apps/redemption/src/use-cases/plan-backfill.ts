import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { UNFINISHED, type BackfillKind } from '../domain/backfill/backfill-state.ts';
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

  /**
   * @param enabled the command has just enabled the reward. A job inherits this from the one before it that did not get
   * to its end, unfinished or failed: cancelled, it has to undo the enabling as that one would have had to.
   */
  async execute(
    reward: Reward,
    job: { readonly kind: BackfillKind; readonly enabled: boolean },
    tx: TenantTransaction,
  ): Promise<Backfill> {
    const last = await this.backfills.findLast(reward.id, tx);
    const takesOver = last !== undefined && last.status !== 'done' && last.enabledReward;
    if (last !== undefined && UNFINISHED.includes(last.status)) {
      await this.backfills.setStatus(last.id, 'cancelled', tx);
      await this.announce.execute(last.id, tx);
    }
    const enabledReward = reward.enabled && (job.enabled || takesOver);
    const id = await this.backfills.plan({ rewardId: reward.id, kind: job.kind, enabledReward }, tx);
    return this.announce.execute(id, tx);
  }
}
