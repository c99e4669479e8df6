import type { BackfillTotals } from '../domain/backfill/certificate.ts';
import type { Backfill } from '../persistence/backfill-row.ts';
import { progressOfJob } from '../use-cases/announce-backfill.ts';

/** The job as the API shows it. What the last anti-join will find is not known before it has run. */
export function backfillOnWire(job: Backfill) {
  const isVerified = job.verifiedAt !== null;
  const found = { missing: isVerified ? job.missing : null, stale: isVerified ? job.stale : null };
  return {
    id: job.id,
    rewardId: job.rewardId,
    kind: job.kind,
    status: job.status,
    expected: job.expected,
    ...totalsOnWire(job.totals),
    ...found,
    ...progressOfJob(job),
    throttledBy: job.throttledBy,
    failure: job.failure,
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    endedAt: job.endedAt,
    certificate: isVerified ? certificateOnWire(job) : null,
  };
}

function certificateOnWire(job: Backfill) {
  const { missing, stale, faultyCreators, digest, verifiedAt, startedAt, endedAt } = job;
  const { rowsPerSecond } = progressOfJob(job);
  const found = { missing, stale, faultyCreators };
  return { ...totalsOnWire(job.totals), ...found, digest, startedAt, verifiedAt, endedAt, rowsPerSecond };
}

function totalsOnWire({ excluded, ...totals }: BackfillTotals) {
  return { ...totals, excluded: Object.fromEntries(Object.entries(excluded).filter(([, creators]) => creators > 0)) };
}
