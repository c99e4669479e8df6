import type { BackfillId, CreatorId, RewardId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { UNFINISHED, WORKING, type BackfillKind, type BackfillStatus } from '../domain/backfill/backfill-state.ts';
import type { BackfillTotals } from '../domain/backfill/certificate.ts';
import { BACKFILL_COLUMNS, toBackfill, type Backfill, type BackfillRow } from './backfill-row.ts';

/** Jobs. Every writer holds the lane of the job's reward, which keeps chunks, controls and verification apart. */
@Injectable()
export class BackfillRepository {
  async plan(
    job: { rewardId: RewardId; kind: BackfillKind; enabledReward: boolean },
    tx: TenantTransaction,
  ): Promise<Backfill> {
    return toBackfill(
      await tx.one<BackfillRow>(sql`
        INSERT INTO redemption.backfill (client_id, reward_id, kind, enabled_reward)
        VALUES (${tx.clientId}, ${job.rewardId}, ${job.kind}, ${job.enabledReward})
        RETURNING ${BACKFILL_COLUMNS}`),
    );
  }

  async find(id: BackfillId, tx: TenantTransaction): Promise<Backfill | undefined> {
    const row = await tx.maybeOne<BackfillRow>(sql`
      SELECT ${BACKFILL_COLUMNS} FROM redemption.backfill WHERE client_id = ${tx.clientId} AND id = ${id}`);
    return row && toBackfill(row);
  }

  async findUnfinished(rewardId: RewardId, tx: TenantTransaction): Promise<Backfill | undefined> {
    const row = await tx.maybeOne<BackfillRow>(sql`
      SELECT ${BACKFILL_COLUMNS} FROM redemption.backfill
      WHERE client_id = ${tx.clientId} AND reward_id = ${rewardId} AND status = ANY(${UNFINISHED}::text[])`);
    return row && toBackfill(row);
  }

  /** Newest first. @param window.before the last id of the page before */
  async list(
    window: { readonly before: string | undefined; readonly fetch: number },
    tx: TenantTransaction,
  ): Promise<Backfill[]> {
    const rows = await tx.many<BackfillRow>(sql`
      SELECT ${BACKFILL_COLUMNS} FROM redemption.backfill
      WHERE client_id = ${tx.clientId} ${window.before === undefined ? sql`` : sql`AND id < ${window.before}`}
      ORDER BY id DESC LIMIT ${window.fetch}`);
    return rows.map(toBackfill);
  }

  /** Jobs that go on by themselves, the oldest first. */
  async working(tx: TenantTransaction): Promise<Pick<Backfill, 'id' | 'rewardId' | 'status'>[]> {
    return tx.many<Pick<Backfill, 'id' | 'rewardId' | 'status'>>(sql`
      SELECT id, reward_id AS "rewardId", status FROM redemption.backfill
      WHERE client_id = ${tx.clientId} AND status = ANY(${WORKING}::text[]) ORDER BY id`);
  }

  /** Keeps other workers off the job until the transaction ends. Takes no xid, so lanes may be locked after it. */
  async tryLock(id: BackfillId, tx: TenantTransaction): Promise<boolean> {
    const { locked } = await tx.one<{ locked: boolean }>(sql`
      SELECT pg_try_advisory_xact_lock(hashtextextended(${`redemption.backfill:${id}`}, 17)) AS locked`);
    return locked;
  }

  async begin(id: BackfillId, expected: number, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      UPDATE redemption.backfill SET status = 'running', expected = ${expected}, started_at = now()
      WHERE client_id = ${tx.clientId} AND id = ${id} AND status = 'planned'`);
  }

  /** What a chunk has done, with the cursor it leaves. */
  async addChunk(id: BackfillId, cursor: CreatorId, chunk: BackfillTotals, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      UPDATE redemption.backfill
      SET cursor = ${cursor}, eligible = eligible + ${chunk.eligible}, created = created + ${chunk.created},
          brought_back = brought_back + ${chunk.broughtBack}, already_open = already_open + ${chunk.alreadyOpen},
          excluded_reward_disabled = excluded_reward_disabled + ${chunk.excluded.reward_disabled},
          excluded_right_used_up = excluded_right_used_up + ${chunk.excluded.right_used_up},
          hidden = hidden + ${chunk.hidden}, failures = 0, failure = NULL,
          working_ms = working_ms + ceil(extract(epoch FROM clock_timestamp() - now()) * 1000)::bigint
      WHERE client_id = ${tx.clientId} AND id = ${id}`);
  }

  async setStatus(id: BackfillId, status: BackfillStatus, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      UPDATE redemption.backfill
      SET status = ${status}, started_at = coalesce(started_at, now()),
          ended_at = CASE WHEN ${status} = ANY(${UNFINISHED}::text[]) THEN NULL ELSE now() END
      WHERE client_id = ${tx.clientId} AND id = ${id}`);
  }

  async certify(
    id: BackfillId,
    found: { readonly missing: number; readonly stale: number },
    tx: TenantTransaction,
  ): Promise<void> {
    await tx.execute(sql`
      UPDATE redemption.backfill SET verified_at = now(), missing = ${found.missing}, stale = ${found.stale}
      WHERE client_id = ${tx.clientId} AND id = ${id}`);
  }

  /** @returns how many tries in a row have failed by now. */
  async addFailure(id: BackfillId, failure: string, tx: TenantTransaction): Promise<number> {
    const row = await tx.maybeOne<{ failures: string }>(sql`
      UPDATE redemption.backfill SET failures = failures + 1, failure = ${failure}
      WHERE client_id = ${tx.clientId} AND id = ${id} RETURNING failures`);
    return Number(row?.failures ?? 0);
  }

  /** The job as it stands, with the version of the event that is about to tell of it. */
  async countEvent(id: BackfillId, tx: TenantTransaction): Promise<Backfill> {
    return toBackfill(
      await tx.one<BackfillRow>(sql`
        UPDATE redemption.backfill SET event_version = event_version + 1
        WHERE client_id = ${tx.clientId} AND id = ${id} RETURNING ${BACKFILL_COLUMNS}`),
    );
  }
}
