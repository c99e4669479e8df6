import type { BackfillId, CreatorId, RewardId } from '#libs/kernel';
import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { BackfillStatus } from '../domain/backfill/backfill-state.ts';
import type { CreatorRange } from '../domain/backfill/slices.ts';

export interface SliceOf {
  readonly backfillId: BackfillId;
  readonly slice: number;
  readonly aggregateId: string;
}

export interface HeldSlice extends SliceOf {
  /** Of its job. */
  readonly status: BackfillStatus;
  readonly done: boolean;
  /** The last creator met; it goes on behind it. */
  readonly cursor: string;
  readonly until: string;
  readonly eventVersion: number;
  readonly rewardId: RewardId;
  /** Nobody has told of the job's progress for a second. */
  readonly isProgressDue: boolean;
}

/** About so many creators tell where a tier's slices may begin: they need not be equal. */
const SAMPLE = 20_000;
/** A worker that is stopped while its transaction waits for it loses the slice after this; others go on. */
const IDLE_MS = 2_000;

/** The ranges of a job, each with its cursor: who holds its lock has the lease, until its transaction ends. */
@Injectable()
export class BackfillSliceRepository {
  /** Creators of a tier that cut it into about equal parts, ascending; fewer where the sample has too few. */
  async bounds(
    { tier, members, parts }: { tier: number; members: number; parts: number },
    tx: TenantTransaction,
  ): Promise<string[]> {
    if (parts === 1) return [];
    const percent = Math.min(100, (SAMPLE * 100) / members);
    const rows = await tx.many<{ creator_id: string }>(sql`
      SELECT creator_id FROM (
        SELECT creator_id, part, lead(part) OVER (ORDER BY creator_id) AS next FROM (
          SELECT creator_id, ntile(${parts}::int) OVER (ORDER BY creator_id) AS part
          FROM redemption.creator_tier TABLESAMPLE SYSTEM (${percent}::real)
          WHERE client_id = ${tx.clientId} AND tier = ${tier}) AS cut) AS creator
      WHERE part <> next ORDER BY creator_id`);
    return rows.map((row) => row.creator_id);
  }

  async insert(
    id: BackfillId,
    slices: readonly (CreatorRange & { readonly aggregateId: string })[],
    tx: TenantTransaction,
  ): Promise<void> {
    await tx.execute(sql`
      INSERT INTO redemption.backfill_slice (client_id, backfill_id, slice, aggregate_id, cursor, until_creator)
      SELECT ${tx.clientId}, ${id}, place - 1, aggregate_id, after, until
      FROM unnest(${slices.map((slice) => slice.aggregateId)}::uuid[], ${slices.map((slice) => slice.after)}::uuid[],
                  ${slices.map((slice) => slice.until)}::uuid[]) WITH ORDINALITY AS s (aggregate_id, after, until, place)`);
  }

  /**
   * A slice that nobody works on, kept from others until the transaction ends. Takes no xid, so lanes may be locked after
   * it. Each job begins at another slice, so that two of one tier do not walk through the same creators side by side.
   * @param stage what is left to be done to the slice
   */
  async tryLockOne(
    id: BackfillId,
    stage: 'chunks' | 'verification',
    tx: TenantTransaction,
  ): Promise<SliceOf | undefined> {
    const left: Statement = stage === 'chunks' ? sql`NOT done` : sql`verified_at IS NULL`;
    const row = await tx.maybeOne<{ slice: number; aggregateId: string }>(sql`
      SELECT slice, "aggregateId", set_config('idle_in_transaction_session_timeout', ${String(IDLE_MS)}, true)
      FROM (SELECT slice, aggregate_id AS "aggregateId" FROM redemption.backfill_slice
            WHERE client_id = ${tx.clientId} AND backfill_id = ${id} AND ${left}
            ORDER BY (slice + abs(hashtext(${id}::text) % 97)) % 12, slice OFFSET 0) AS s
      WHERE pg_try_advisory_xact_lock(hashtextextended(${`redemption.backfill:${id}/`} || slice, 17)) LIMIT 1`);
    return row && { backfillId: id, slice: row.slice, aggregateId: row.aggregateId };
  }

  /** As it is now that nobody else can change it. */
  async hold(of: SliceOf, tx: TenantTransaction): Promise<HeldSlice> {
    const row = await tx.one<Omit<HeldSlice, 'eventVersion'> & { event_version: string }>(sql`
      SELECT b.status, s.done, s.cursor, s.until_creator AS until, s.event_version, b.reward_id AS "rewardId",
             b.measured_at IS NULL OR b.measured_at < clock_timestamp() - interval '1 second' AS "isProgressDue"
      FROM redemption.backfill_slice s JOIN redemption.backfill b ON b.client_id = s.client_id AND b.id = s.backfill_id
      WHERE s.client_id = ${tx.clientId} AND s.backfill_id = ${of.backfillId} AND s.slice = ${of.slice} FOR UPDATE OF s`);
    const { event_version: eventVersion, ...held } = row;
    return { ...held, ...of, eventVersion: Number(eventVersion) };
  }

  async rangeOf(of: SliceOf, tx: TenantTransaction): Promise<CreatorRange> {
    return tx.one<{ after: string; until: string }>(sql`
      SELECT s.until_creator AS until, coalesce(
               (SELECT until_creator FROM redemption.backfill_slice before WHERE before.client_id = s.client_id
                  AND before.backfill_id = s.backfill_id AND before.slice = s.slice - 1),
               '00000000-0000-0000-0000-000000000000') AS after
      FROM redemption.backfill_slice s
      WHERE s.client_id = ${tx.clientId} AND s.backfill_id = ${of.backfillId} AND s.slice = ${of.slice}`);
  }

  /** How many there are, and how many still have creators to meet or are to be verified. */
  async count(
    id: BackfillId,
    tx: TenantTransaction,
  ): Promise<{ readonly slices: number; readonly unmet: number; readonly unverified: number }> {
    return tx.one<{ slices: number; unmet: number; unverified: number }>(sql`
      SELECT count(*)::int AS slices, (count(*) FILTER (WHERE NOT done))::int AS unmet,
             (count(*) FILTER (WHERE verified_at IS NULL))::int AS unverified
      FROM redemption.backfill_slice WHERE client_id = ${tx.clientId} AND backfill_id = ${id}`);
  }

  async saveFaults(
    of: SliceOf,
    found: { readonly missing: number; readonly stale: number; readonly examples: readonly CreatorId[] },
    tx: TenantTransaction,
  ): Promise<void> {
    await tx.execute(sql`
      UPDATE redemption.backfill_slice
      SET verified_at = clock_timestamp(), missing = ${found.missing}, stale = ${found.stale},
          faulty_creators = ${found.examples}::uuid[]
      WHERE client_id = ${tx.clientId} AND backfill_id = ${of.backfillId} AND slice = ${of.slice}`);
  }
}
