import type { BackfillId, RewardId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import type { BackfillStanding } from '../domain/backfill/backfill-state.ts';
import type { BackfillTotals } from '../domain/backfill/certificate.ts';

export interface Backfill extends BackfillStanding {
  readonly id: BackfillId;
  readonly rewardId: RewardId;
  readonly cursor: string;
  readonly expected: number;
  readonly totals: BackfillTotals;
  readonly verifiedAt: Date | null;
  readonly missing: number;
  readonly stale: number;
  readonly eventVersion: number;
  readonly workingMs: number;
  readonly failures: number;
  readonly failure: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

export const BACKFILL_COLUMNS = sql`
  id, reward_id, kind, status, enabled_reward, cursor, expected, eligible, created, brought_back, already_open,
  excluded_reward_disabled, excluded_right_used_up, hidden, verified_at, missing, stale, event_version, working_ms,
  failures, failure, created_at, started_at, ended_at`;

/** Counters arrive as text; none comes near 2^53. */
export interface BackfillRow {
  id: BackfillId;
  reward_id: RewardId;
  kind: Backfill['kind'];
  status: Backfill['status'];
  enabled_reward: boolean;
  cursor: string;
  expected: string;
  eligible: string;
  created: string;
  brought_back: string;
  already_open: string;
  excluded_reward_disabled: string;
  excluded_right_used_up: string;
  hidden: string;
  verified_at: Date | null;
  missing: string;
  stale: string;
  event_version: string;
  working_ms: string;
  failures: string;
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
    cursor: row.cursor,
    expected: Number(row.expected),
    totals: {
      eligible: Number(row.eligible),
      created: Number(row.created),
      broughtBack: Number(row.brought_back),
      alreadyOpen: Number(row.already_open),
      excluded: {
        reward_disabled: Number(row.excluded_reward_disabled),
        right_used_up: Number(row.excluded_right_used_up),
      },
      hidden: Number(row.hidden),
    },
    verifiedAt: row.verified_at,
    missing: Number(row.missing),
    stale: Number(row.stale),
    eventVersion: Number(row.event_version),
    workingMs: Number(row.working_ms),
    failures: Number(row.failures),
    failure: row.failure,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}
