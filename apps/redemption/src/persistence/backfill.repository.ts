import type { BackfillId, ClientId, RewardId } from '#libs/kernel';
import { sql, type TenantTransaction, type Transaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { UNFINISHED, WORKING, type BackfillKind, type BackfillStatus } from '../domain/backfill/backfill-state.ts';
import type { Harm } from '../domain/backfill/throttle.ts';
import { BACKFILL, SLICE_SUMS, toBackfill, type Backfill, type BackfillRow } from './backfill-row.ts';

/** Statuses in which a job's time counts. */
const RUNNING: readonly BackfillStatus[] = ['running', 'verifying'];

export interface JobPlace {
  readonly id: BackfillId;
  readonly clientId: ClientId;
}

export type JobOf = Pick<Backfill, 'id' | 'rewardId'>;

/** Jobs. Every writer holds the lane of the job's reward, which keeps controls, progress and verification apart. */
@Injectable()
export class BackfillRepository {
  async plan(
    job: { rewardId: RewardId; kind: BackfillKind; enabledReward: boolean },
    tx: TenantTransaction,
  ): Promise<BackfillId> {
    const { id } = await tx.one<{ id: BackfillId }>(sql`
      WITH planned AS (
        INSERT INTO redemption.backfill (client_id, reward_id, kind, enabled_reward)
        VALUES (${tx.clientId}, ${job.rewardId}, ${job.kind}, ${job.enabledReward}) RETURNING id),
      listed AS (
        INSERT INTO redemption.backfill_directory (backfill_id, client_id, working)
        SELECT id, ${tx.clientId}, true FROM planned)
      SELECT id FROM planned`);
    return id;
  }

  async find(id: BackfillId, tx: TenantTransaction): Promise<Backfill | undefined> {
    const row = await tx.maybeOne<BackfillRow>(sql`${BACKFILL} WHERE b.client_id = ${tx.clientId} AND b.id = ${id}`);
    return row && toBackfill(row);
  }

  async findUnfinished(rewardId: RewardId, tx: TenantTransaction): Promise<Backfill | undefined> {
    const row = await tx.maybeOne<BackfillRow>(sql`
      ${BACKFILL} WHERE b.client_id = ${tx.clientId} AND b.reward_id = ${rewardId} AND b.status = ANY(${UNFINISHED}::text[])`);
    return row && toBackfill(row);
  }

  /** The unfinished one, or the one that ended last. */
  async findLast(rewardId: RewardId, tx: TenantTransaction): Promise<Backfill | undefined> {
    const row = await tx.maybeOne<BackfillRow>(sql`
      ${BACKFILL} WHERE b.client_id = ${tx.clientId} AND b.reward_id = ${rewardId}
      ORDER BY b.status = ANY(${UNFINISHED}::text[]) DESC, b.id DESC LIMIT 1`);
    return row && toBackfill(row);
  }

  /** Newest first. @param window.before the last id of the page before */
  async list(
    window: { readonly before: string | undefined; readonly fetch: number },
    tx: TenantTransaction,
  ): Promise<Backfill[]> {
    const rows = await tx.many<BackfillRow>(sql`
      ${BACKFILL} WHERE b.client_id = ${tx.clientId} ${window.before === undefined ? sql`` : sql`AND b.id < ${window.before}`}
      ORDER BY b.id DESC LIMIT ${window.fetch}`);
    return rows.map(toBackfill);
  }

  /** Of all clients: the jobs that go on by themselves, the oldest first. Clients without any cost nothing. */
  async working(tx: Transaction): Promise<JobPlace[]> {
    return tx.many<JobPlace>(sql`
      SELECT backfill_id AS id, client_id AS "clientId" FROM redemption.backfill_directory
      WHERE working ORDER BY backfill_id`);
  }

  /** Whose job it is, for an operator who knows nothing but its id. */
  async clientOf(id: BackfillId, tx: Transaction): Promise<ClientId | undefined> {
    const row = await tx.maybeOne<{ client_id: ClientId }>(sql`
      SELECT client_id FROM redemption.backfill_directory WHERE backfill_id = ${id}`);
    return row?.client_id;
  }

  async begin(id: BackfillId, expected: number, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      UPDATE redemption.backfill SET expected = ${expected} WHERE client_id = ${tx.clientId} AND id = ${id}`);
    await this.setStatus(id, 'running', tx);
  }

  async setStatus(id: BackfillId, status: BackfillStatus, tx: TenantTransaction): Promise<void> {
    const isRunning = RUNNING.includes(status);
    await tx.execute(sql`
      WITH listed AS (
        UPDATE redemption.backfill_directory SET working = ${WORKING.includes(status)} WHERE backfill_id = ${id})
      UPDATE redemption.backfill
      SET status = ${status}, started_at = coalesce(started_at, now()),
          ended_at = CASE WHEN ${status} = ANY(${UNFINISHED}::text[]) THEN NULL ELSE clock_timestamp() END,
          ran_ms = CASE WHEN ${isRunning} THEN ran_ms
                        ELSE ran_ms + coalesce(extract(epoch FROM clock_timestamp() - running_since) * 1000, 0) END,
          running_since = CASE WHEN ${isRunning} THEN coalesce(running_since, clock_timestamp()) END,
          measured_at = CASE WHEN ${isRunning} THEN measured_at END, throttled_by = NULL
      WHERE client_id = ${tx.clientId} AND id = ${id}`);
  }

  /** How fast it is going at the moment. A job that comes on has no tries behind it that failed. */
  async measure(
    id: BackfillId,
    measured: { readonly met: number; readonly rowsPerSecond: number; readonly throttledBy: Harm | null },
    tx: TenantTransaction,
  ): Promise<void> {
    await tx.execute(sql`
      UPDATE redemption.backfill
      SET measured_at = clock_timestamp(), measured_met = ${measured.met}, rows_per_second = ${measured.rowsPerSecond},
          throttled_by = ${measured.throttledBy}, failures = 0, failure = NULL
      WHERE client_id = ${tx.clientId} AND id = ${id}`);
  }

  /** Sums up what the slices have done and what the anti-join has found in them: the certificate. */
  async certify(id: BackfillId, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      UPDATE redemption.backfill b
      SET verified_at = clock_timestamp(), missing = f.missing, stale = f.stale, faulty_creators = f.faulty, digest = f.digest,
          eligible = t.eligible, created = t.created, brought_back = t.brought_back, already_open = t.already_open,
          excluded_reward_disabled = t.excluded_reward_disabled, excluded_right_used_up = t.excluded_right_used_up,
          hidden = t.hidden
      FROM (${SLICE_SUMS} WHERE s.client_id = ${tx.clientId} AND s.backfill_id = ${id}) AS t,
           (SELECT sum(missing)::bigint AS missing, sum(stale)::bigint AS stale,
                   sha256(string_agg(digest, '' ORDER BY slice)) AS digest,
                   ARRAY(SELECT unnest(s.faulty_creators) FROM redemption.backfill_slice s
                         WHERE s.client_id = ${tx.clientId} AND s.backfill_id = ${id} ORDER BY 1 LIMIT 5) AS faulty
            FROM redemption.backfill_slice WHERE client_id = ${tx.clientId} AND backfill_id = ${id}) AS f
      WHERE b.client_id = ${tx.clientId} AND b.id = ${id}`);
  }

  /** @returns how many tries in a row have failed by now. */
  async addFailure(id: BackfillId, failure: string, tx: TenantTransaction): Promise<number> {
    const row = await tx.maybeOne<{ failures: string }>(sql`
      UPDATE redemption.backfill SET failures = failures + 1, failure = ${failure}
      WHERE client_id = ${tx.clientId} AND id = ${id} RETURNING failures`);
    return Number(row?.failures ?? 0);
  }

  /** @returns the version of the event that is about to tell of it. */
  async countEvent(id: BackfillId, tx: TenantTransaction): Promise<number> {
    const row = await tx.one<{ event_version: string }>(sql`
      UPDATE redemption.backfill SET event_version = event_version + 1
      WHERE client_id = ${tx.clientId} AND id = ${id} RETURNING event_version`);
    return Number(row.event_version);
  }
}
