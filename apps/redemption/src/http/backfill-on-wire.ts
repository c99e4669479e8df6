import { paceOf } from '../domain/backfill/certificate.ts';
import type { Backfill } from '../persistence/backfill-row.ts';

/** The job as the API shows it. What the last anti-join will find is not known before it has run. */
export function backfillOnWire(job: Backfill) {
  const { eligible, created, broughtBack, alreadyOpen, hidden } = job.totals;
  const excluded = Object.fromEntries(Object.entries(job.totals.excluded).filter(([, creators]) => creators > 0));
  const verified = job.verifiedAt !== null;
  return {
    id: job.id,
    rewardId: job.rewardId,
    kind: job.kind,
    status: job.status,
    eligible,
    created,
    broughtBack,
    alreadyOpen,
    excluded,
    hidden,
    missing: verified ? job.missing : null,
    stale: verified ? job.stale : null,
    ...paceOf(eligible, job.expected, job.workingMs),
    throttledBy: null,
    failure: job.failure,
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    endedAt: job.endedAt,
  };
}
