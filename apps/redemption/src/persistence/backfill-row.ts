import type { BackfillId, CreatorId, RewardId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import type { BackfillStanding } from '../domain/backfill/backfill-state.ts';
import type { BackfillTotals } from '../domain/backfill/certificate.ts';
import type { Harm } from '../domain/backfill/throttle.ts';

export interface Backfill extends BackfillStanding {
  readonly id: BackfillId;
  readonly rewardId: RewardId;
  readonly expected: number;
  /** The sums of the slices; from its verification on as the certificate has them. */
  readonly totals: BackfillTotals;
  readonly verifiedAt: Date | null;
  readonly missing: number;
  readonly stale: number;
  readonly faultyCreators: readonly CreatorId[];
  /** SHA-256 of the creators met, in hexadecimal. */
  readonly digest: string | null;
  readonly eventVersion: number;
  /** How long it has run, pauses left out. */
  readonly ranMs: number;
  /** The pace of the last seconds; 0: not known. */
  readonly rowsPerSecond: number;
  readonly measuredMet: number;
  /** Since the pace was measured; null: not yet. */
  readonly measuredMsAgo: number | null;
  readonly throttledBy: Harm | null;
  readonly failure: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

const COUNTERS = [
  'eligible',
  'created',
  'brought_back',
  'already_open',
  'excluded_reward_disabled',
  'excluded_right_used_up',
  'hidden',
] as const;

/** The sums of a job's slices. */
export const SLICE_SUMS = sql`
  SELECT coalesce(sum(eligible), 0) AS eligible, coalesce(sum(created), 0) AS created,
         coalesce(sum(brought_back), 0) AS brought_back, coalesce(sum(already_open), 0) AS already_open,
         coalesce(sum(excluded_reward_disabled), 0) AS excluded_reward_disabled,
         coalesce(sum(excluded_right_used_up), 0) AS excluded_right_used_up, coalesce(sum(hidden), 0) AS hidden
  FROM redemption.backfill_slice s`;

/** Read, and never kept up: a row that every chunk wrote would make them wait for each other. */
export const BACKFILL = sql`
  SELECT b.id, b.reward_id, b.kind, b.status, b.enabled_reward, b.expected, b.verified_at, b.missing, b.stale,
         b.faulty_creators, encode(b.digest, 'hex') AS digest, b.event_version, b.rows_per_second, b.measured_met,
         extract(epoch FROM clock_timestamp() - b.measured_at)::float8 * 1000 AS measured_ms_ago,
         b.ran_ms + coalesce(extract(epoch FROM clock_timestamp() - b.running_since) * 1000, 0)::bigint AS ran_ms,
         b.throttled_by, b.failure, b.created_at, b.started_at, b.ended_at, t.*
  FROM redemption.backfill b CROSS JOIN LATERAL (
    SELECT b.eligible, b.created, b.brought_back, b.already_open, b.excluded_reward_disabled, b.excluded_right_used_up,
           b.hidden WHERE b.verified_at IS NOT NULL
    UNION ALL
    SELECT * FROM (${SLICE_SUMS} WHERE s.client_id = b.client_id AND s.backfill_id = b.id) AS so_far
    WHERE b.verified_at IS NULL) AS t`;

/** Counters arrive as text; none comes near 2^53. */
export interface BackfillRow extends Record<(typeof COUNTERS)[number], string> {
  id: BackfillId;
  reward_id: RewardId;
  kind: Backfill['kind'];
  status: Backfill['status'];
  enabled_reward: boolean;
  expected: string;
  verified_at: Date | null;
  missing: string;
  stale: string;
  faulty_creators: CreatorId[];
  digest: string | null;
  event_version: string;
  rows_per_second: string;
  measured_met: string;
  measured_ms_ago: number | null;
  ran_ms: string;
  throttled_by: Harm | null;
  failure: string | null;
  created_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
}

export function toBackfill(row: BackfillRow): Backfill {
  return {
    id: row.id,
    rewardId: row.reward_id,
    kind: row.kind,
    status: row.status,
    enabledReward: row.enabled_reward,
    expected: Number(row.expected),
    totals: totalsOf(row),
    verifiedAt: row.verified_at,
    missing: Number(row.missing),
    stale: Number(row.stale),
    faultyCreators: row.faulty_creators,
    digest: row.digest,
    eventVersion: Number(row.event_version),
    ranMs: Number(row.ran_ms),
    rowsPerSecond: Number(row.rows_per_second),
    measuredMet: Number(row.measured_met),
    measuredMsAgo: row.measured_ms_ago,
    throttledBy: row.throttled_by,
    failure: row.failure,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}

function totalsOf(row: BackfillRow): BackfillTotals {
  const [eligible = 0, created = 0, broughtBack = 0, alreadyOpen = 0, disabled = 0, usedUp = 0, hidden = 0] =
    COUNTERS.map((counter) => Number(row[counter]));
  const excluded = { reward_disabled: disabled, right_used_up: usedUp };
  return { eligible, created, broughtBack, alreadyOpen, excluded, hidden };
}
