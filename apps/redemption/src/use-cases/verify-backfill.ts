import { keyOf, lockLanes } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable, Logger } from '@nestjs/common';
import { nextStep } from '../domain/backfill/backfill-state.ts';
import { isBalanced } from '../domain/backfill/certificate.ts';
import { BackfillFaultRepository } from '../persistence/backfill-fault.repository.ts';
import type { Backfill } from '../persistence/backfill-row.ts';
import { BackfillSliceRepository } from '../persistence/backfill-slice.repository.ts';
import { BackfillRepository, type JobOf } from '../persistence/backfill.repository.ts';
import { RewardRepository } from '../persistence/reward.repository.ts';
import { AnnounceBackfill, progressOfJob } from './announce-backfill.ts';

/**
 * The end of a job: an anti-join, slice by slice, over creators as they are now. It reads before anything is locked or
 * written, so it holds up nobody; a command that has changed the reward meanwhile has cancelled the job, and what was
 * found is dropped.
 */
@Injectable()
export class VerifyBackfill {
  readonly #logger = new Logger('backfill');

  constructor(
    private readonly backfills: BackfillRepository,
    private readonly slices: BackfillSliceRepository,
    private readonly rewards: RewardRepository,
    private readonly faults: BackfillFaultRepository,
    private readonly announce: AnnounceBackfill,
  ) {}

  /** All creators are met: whoever sees it first says so. */
  async begin(of: JobOf, tx: TenantTransaction): Promise<boolean> {
    await lockLanes(tx, [keyOf(tx.clientId, of.rewardId)]);
    if ((await this.#next(of, tx)) !== 'verify') return false;
    await this.backfills.setStatus(of.id, 'verifying', tx);
    await this.announce.execute(of.id, tx);
    return true;
  }

  /** @returns false when others are at the slices that are left */
  async slice(of: JobOf, tx: TenantTransaction): Promise<boolean> {
    const free = await this.slices.tryLockOne(of.id, 'verification', tx);
    const reward = await this.rewards.find(of.rewardId, tx);
    if (free === undefined || reward === undefined) return false;
    const found = await this.faults.find(reward, await this.slices.rangeOf(free, tx), tx);
    await this.slices.saveFaults(free, found, tx);
    return true;
  }

  /** Stores the certificate and ends the job by what it says. */
  async finish(of: JobOf, tx: TenantTransaction): Promise<boolean> {
    await lockLanes(tx, [keyOf(tx.clientId, of.rewardId)]);
    if ((await this.#next(of, tx)) !== 'finish') return false;
    await this.backfills.certify(of.id, tx);
    const certified = await this.backfills.find(of.id, tx);
    if (certified === undefined) return false;
    const fault = faultIn(certified);
    if (fault !== undefined) await this.backfills.addFailure(of.id, fault, tx);
    await this.backfills.setStatus(of.id, fault === undefined ? 'done' : 'failed', tx);
    this.#tell(await this.announce.execute(of.id, tx), tx);
    return true;
  }

  async #next(of: JobOf, tx: TenantTransaction) {
    const job = await this.backfills.find(of.id, tx);
    return job === undefined ? 'none' : nextStep(job.status, await this.slices.count(of.id, tx));
  }

  #tell(job: Backfill, { clientId }: TenantTransaction): void {
    const { excluded, ...totals } = job.totals;
    const { digest, missing, stale, startedAt, endedAt } = job;
    const { rowsPerSecond } = progressOfJob(job);
    const certificate = { ...totals, excluded, missing, stale, digest, startedAt, endedAt, rowsPerSecond };
    this.#logger.log(
      { clientId, backfillId: job.id, rewardId: job.rewardId, status: job.status },
      `certificate ${JSON.stringify(certificate)}`,
    );
  }
}

function faultIn(job: Backfill): string | undefined {
  if (!isBalanced(job.totals)) return 'the creators met and what became of them do not add up';
  if (job.missing === 0 && job.stale === 0) return undefined;
  return `missing ${job.missing}, stale ${job.stale}: creators ${job.faultyCreators.join(', ')}`;
}
