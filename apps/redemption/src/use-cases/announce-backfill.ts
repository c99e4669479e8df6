import { BackfillProgressedV1, newEvent } from '#libs/contracts';
import type { BackfillId } from '#libs/kernel';
import { keyOf, lockLanes, Outbox } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { paceOf, progressOf, smoothPace } from '../domain/backfill/certificate.ts';
import type { Harm } from '../domain/backfill/throttle.ts';
import type { Backfill } from '../persistence/backfill-row.ts';
import { BackfillRepository } from '../persistence/backfill.repository.ts';

const EVERY_MS = 1_000;

/** Tells how far a job is. Its rows are told by their chunks. */
@Injectable()
export class AnnounceBackfill {
  constructor(
    private readonly backfills: BackfillRepository,
    private readonly outbox: Outbox,
  ) {}

  /** A change of the job's status. The lane of the reward's key is held. */
  async execute(id: BackfillId, tx: TenantTransaction): Promise<Backfill> {
    const version = await this.backfills.countEvent(id, tx);
    const job = await this.backfills.find(id, tx);
    if (job === undefined) throw new Error(`backfill ${id} was counted and is gone`);
    const { eligible, created, broughtBack, alreadyOpen, hidden } = job.totals;
    await this.outbox.append(tx, [
      newEvent(BackfillProgressedV1, {
        clientId: tx.clientId,
        aggregateId: job.rewardId,
        subject: id,
        aggregateVersion: version,
        data: {
          rewardId: job.rewardId,
          status: job.status,
          created: [],
          broughtBack: [],
          hidden: [],
          totals: { eligible, created, broughtBack, alreadyOpen, hidden },
          ...progressOfJob(job),
          throttledBy: job.throttledBy,
        },
      }),
    ]);
    return job;
  }

  /** Once a second, whoever of the job's workers comes first. */
  async progress(
    of: { readonly id: BackfillId; readonly throttledBy: Harm | null },
    tx: TenantTransaction,
  ): Promise<void> {
    const found = await this.backfills.find(of.id, tx);
    if (found === undefined) return;
    await lockLanes(tx, [keyOf(tx.clientId, found.rewardId)]);
    const job = await this.backfills.find(of.id, tx);
    if (job?.status !== 'running' || (job.measuredMsAgo !== null && job.measuredMsAgo < EVERY_MS)) return;
    const met = job.totals.eligible;
    const latest =
      job.measuredMsAgo === null ? paceOf(met, job.ranMs) : paceOf(met - job.measuredMet, job.measuredMsAgo);
    const rowsPerSecond = smoothPace(job.rowsPerSecond, latest);
    await this.backfills.measure(job.id, { met, rowsPerSecond, throttledBy: of.throttledBy }, tx);
    await this.execute(job.id, tx);
  }
}

/** While it runs, the pace of the last seconds; at the end, that of all its time. */
export function progressOfJob(job: Backfill) {
  const isDone = job.verifiedAt !== null;
  const met = job.totals.eligible;
  const rowsPerSecond = job.status === 'running' ? job.rowsPerSecond : paceOf(met, job.ranMs);
  return progressOf({ met, expected: job.expected, rowsPerSecond, isDone });
}
