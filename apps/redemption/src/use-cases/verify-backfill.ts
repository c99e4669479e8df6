import type { BackfillId, RewardId } from '#libs/kernel';
import { keyOf, lockLanes } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { isBalanced } from '../domain/backfill/certificate.ts';
import { BackfillRepository } from '../persistence/backfill.repository.ts';
import { GrantRepository } from '../persistence/grant.repository.ts';
import { AnnounceBackfill } from './announce-backfill.ts';

/**
 * The end of a job: an anti-join over creators as they are now. It reads before anything is locked or written, so it
 * holds up nobody; a command that has changed the reward meanwhile has cancelled the job, and its finding is dropped.
 */
@Injectable()
export class VerifyBackfill {
  constructor(
    private readonly backfills: BackfillRepository,
    private readonly grants: GrantRepository,
    private readonly announce: AnnounceBackfill,
  ) {}

  /** @returns false when another worker has the job, or it is not to be verified any more. */
  async execute(of: { id: BackfillId; rewardId: RewardId }, tx: TenantTransaction): Promise<boolean> {
    if (!(await this.backfills.tryLock(of.id, tx))) return false;
    const found = await this.grants.findFaults(of.rewardId, tx);
    await lockLanes(tx, [keyOf(tx.clientId, of.rewardId)]);
    const job = await this.backfills.find(of.id, tx);
    if (job?.status !== 'verifying') return false;
    await this.backfills.certify(job.id, found, tx);
    const sound = found.missing === 0 && found.stale === 0 && isBalanced(job.totals);
    if (!sound) {
      const creators = found.examples.join(', ');
      await this.backfills.addFailure(
        job.id,
        `missing ${found.missing}, stale ${found.stale}: creators ${creators}`,
        tx,
      );
    }
    await this.backfills.setStatus(job.id, sound ? 'done' : 'failed', tx);
    await this.announce.execute(job.id, tx);
    return true;
  }
}
