import type { SyncId } from '#libs/kernel';
import { sql, trustedSql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { CreatorRows } from '../domain/compare/creator-limits.ts';
import type { Reason } from '../domain/row/read-row.ts';
import type { Movement } from '../domain/sync/manifest.ts';
import { movementFrom, type Stored } from './manifest-json.ts';

/** What the comparison of a file has come to, in sums. */
export interface ComparisonSums {
  readonly accepted: number;
  readonly duplicate: number;
  readonly ownerChanged: number;
  readonly newCreators: number;
  readonly newVideos: number;
  readonly creatorsMoved: number;
  readonly creatorsFalling: number;
  /** Rows of the creator who has most. */
  readonly largestCreator: number;
  readonly gmvMinor: bigint;
  readonly units: bigint;
}

/** Files of fewer rows look their creators and videos up; larger ones read the client's snapshot once, whole. */
const MANY_ROWS = 20_000;
/** Of refused rows in one statement. */
const QUARANTINE_BYTES = 8 * 2 ** 20;
const MOVES = trustedSql(`d.kind IN ('new', 'changed')`);

/** The comparison of a staged file with the snapshot. Its reference is `compareFile` in the domain. */
@Injectable()
export class ComparisonRepository {
  /**
   * Writes the signed differences of the file, and which of its rows do not count. Books nothing. A row is left out when
   * it is unchanged and its video stands in the file once.
   *
   * Rows of the handles in `without` are left out. A new handle gets the id that its creator will have, once. A video is
   * looked up by its key alone, in whatever month it was posted: that is what keeps it from appearing in two. Most rows of
   * most files are unchanged, so whatever is not needed to see that comes after it, the text of a row last of all.
   */
  async compare(
    sync: { syncId: SyncId; rows: number; without: readonly string[] },
    tx: TenantTransaction,
  ): Promise<void> {
    const without = sync.without.length === 0 ? sql`` : sql`AND NOT handle = ANY (${sync.without}::text[])`;
    const lookUp = sync.rows <= MANY_ROWS;
    const named = lookUp ? sql`AND c.handle = ANY (ARRAY(SELECT DISTINCT handle FROM staged))` : sql``;
    const months = await this.#findMonths(tx);
    const listed = lookUp ? sql`AND v.video_key = ANY (ARRAY(SELECT DISTINCT video_key FROM staged))` : sql``;
    await this.#plan(lookUp, tx);
    await tx.execute(sql`
      WITH staged AS NOT MATERIALIZED (
        SELECT * FROM ingestion.staged_row
        WHERE client_id = ${tx.clientId} AND sync_id = ${sync.syncId} AND reason IS NULL ${without}
      ), repeated AS MATERIALIZED (
        SELECT video_key FROM staged GROUP BY video_key HAVING count(*) > 1
      ), compared AS (
        SELECT s.*, c.creator_id, v.post_date AS known_post_date, r.video_key IS NOT NULL AS repeated,
               v.views AS views_before, v.likes AS likes_before, v.comments AS comments_before,
               v.gmv_minor AS gmv_before, v.units AS units_before,
               CASE WHEN v.creator_id IS NULL THEN 'new'
                    WHEN v.creator_id IS DISTINCT FROM c.creator_id THEN 'owner_changed'
                    WHEN v.views = s.views AND v.likes = s.likes AND v.comments = s.comments
                     AND v.gmv_minor = s.gmv_minor AND v.units = s.units THEN 'unchanged'
                    ELSE 'changed' END AS kind
        FROM staged s
        LEFT JOIN (
          SELECT c.handle, c.creator_id FROM ingestion.creator c WHERE c.client_id = ${tx.clientId} ${named}
        ) AS c ON c.handle = s.handle
        LEFT JOIN (
          SELECT v.* FROM ingestion.video v WHERE v.client_id = ${tx.clientId} ${listed}
            AND v.post_date BETWEEN ${months.first}::date AND ${months.last}::date
        ) AS v ON v.video_key = s.video_key
        LEFT JOIN repeated r ON r.video_key = s.video_key
      ), different AS MATERIALIZED (
        SELECT client_id, sync_id, kind, repeated, line, video_key, creator_id, handle,
               coalesce(known_post_date, post_date) AS post_date, views - coalesce(views_before, 0) AS views,
               likes - coalesce(likes_before, 0) AS likes, comments - coalesce(comments_before, 0) AS comments,
               gmv_minor - coalesce(gmv_before, 0) AS gmv_minor, units - coalesce(units_before, 0) AS units,
               CASE WHEN kind = 'new' THEN url END AS url
        FROM compared
        WHERE kind <> 'unchanged' OR repeated
      ), onboarded AS MATERIALIZED (
        SELECT handle, uuidv7() AS creator_id
        FROM (SELECT DISTINCT handle FROM different WHERE kind = 'new' AND creator_id IS NULL) AS unknown
      )
      INSERT INTO ingestion.staged_difference
        (client_id, sync_id, kind, repeated, line, video_key, post_date, creator_id, new_creator,
         views, likes, comments, gmv_minor, units, handle, url)
      SELECT client_id, sync_id, kind, repeated, line, video_key, post_date,
             CASE WHEN kind IN ('new', 'changed') THEN coalesce(d.creator_id, o.creator_id) END,
             o.creator_id IS NOT NULL, views, likes, comments, gmv_minor, units, d.handle, url
      FROM different d LEFT JOIN onboarded o ON o.handle = d.handle
      ORDER BY 8`);
    await this.#keepText(sync.syncId, tx);
    await this.#letLastWin(sync.syncId, tx);
  }

  /**
   * Between which dates the client's videos were posted, null while it has none. Months that only others have are not
   * looked into: they are left out of the plan, which sees these dates as values.
   */
  async #findMonths(tx: TenantTransaction): Promise<{ first: string | null; last: string | null }> {
    return tx.one(sql`
      SELECT (SELECT min(first_video_on) FROM ingestion.creator WHERE client_id = ${tx.clientId})::text AS first,
             (SELECT business_date FROM ingestion.sync WHERE client_id = ${tx.clientId} AND sequence IS NOT NULL
              ORDER BY sequence DESC LIMIT 1)::text AS last`);
  }

  /** Of the rows that go to the quarantine. Where there is none, the staged rows are not read for it. */
  async #keepText(syncId: SyncId, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      UPDATE ingestion.staged_difference d SET raw = s.raw
      FROM ingestion.staged_row s
      WHERE d.client_id = ${tx.clientId} AND d.sync_id = ${syncId} AND d.kind = 'owner_changed'
        AND s.client_id = ${tx.clientId} AND s.sync_id = ${syncId} AND s.line = d.line`);
  }

  /** Of the valid rows of a video only the last stays; `owner_changed` rows are not valid and stay out of it. */
  async #letLastWin(syncId: SyncId, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      UPDATE ingestion.staged_difference d
      SET kind = 'duplicate', creator_id = NULL
      FROM (
        SELECT video_key, max(line) AS line FROM ingestion.staged_difference
        WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND repeated AND kind <> 'owner_changed'
        GROUP BY video_key
      ) AS winning
      WHERE d.client_id = ${tx.clientId} AND d.sync_id = ${syncId} AND d.repeated AND d.kind <> 'owner_changed'
        AND d.video_key = winning.video_key AND d.line < winning.line`);
  }

  /**
   * The planner knows nothing of a table that was filled a moment ago, and believes what it knew of it before: left to
   * itself it joins a thousand rows with a thousand others one by one, or reads the snapshot once a row.
   */
  async #plan(lookUp: boolean, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      SELECT set_config('enable_nestloop', 'off', true), set_config('enable_mergejoin', 'off', true),
             set_config('enable_seqscan', ${lookUp ? 'off' : 'on'}, true), set_config('jit', 'off', true),
             set_config('work_mem', ${lookUp ? '16MB' : '96MB'}, true)`);
  }

  async sum(syncId: SyncId, tx: TenantTransaction): Promise<ComparisonSums> {
    const row = await tx.one<Record<keyof ComparisonSums, string>>(sql`
      WITH moved AS MATERIALIZED (
        SELECT creator_id, bool_or(new_creator) AS new_creator, count(*) AS rows,
               count(*) FILTER (WHERE kind = 'new') AS new_videos, sum(gmv_minor) AS gmv_minor, sum(units) AS units
        FROM ingestion.staged_difference d
        WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND ${MOVES}
        GROUP BY creator_id
      ), aside AS (
        SELECT count(*) FILTER (WHERE kind = 'duplicate') AS duplicate,
               count(*) FILTER (WHERE kind = 'owner_changed') AS owner_changed
        FROM ingestion.staged_difference
        WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND creator_id IS NULL
      )
      SELECT (SELECT duplicate FROM aside) AS duplicate, (SELECT owner_changed FROM aside) AS "ownerChanged",
             coalesce(sum(rows), 0) AS accepted, coalesce(max(rows), 0) AS "largestCreator", coalesce(sum(new_videos), 0) AS "newVideos",
             count(*) AS "creatorsMoved", count(*) FILTER (WHERE new_creator) AS "newCreators",
             count(*) FILTER (WHERE gmv_minor < 0 AND NOT new_creator) AS "creatorsFalling",
             coalesce(sum(gmv_minor), 0) AS "gmvMinor", coalesce(sum(units), 0) AS units
      FROM moved`);
    return {
      accepted: Number(row.accepted),
      duplicate: Number(row.duplicate),
      ownerChanged: Number(row.ownerChanged),
      newCreators: Number(row.newCreators),
      newVideos: Number(row.newVideos),
      creatorsMoved: Number(row.creatorsMoved),
      creatorsFalling: Number(row.creatorsFalling),
      largestCreator: Number(row.largestCreator),
      gmvMinor: BigInt(row.gmvMinor),
      units: BigInt(row.units),
    };
  }

  /** Those with more than so many rows; counting their dates takes sorting them. */
  async listLargest(syncId: SyncId, rows: number, tx: TenantTransaction): Promise<CreatorRows[]> {
    return tx.many<CreatorRows>(sql`
      SELECT any_value(handle) AS handle, count(*)::int AS rows, count(DISTINCT post_date)::int AS "postDates"
      FROM ingestion.staged_difference d
      WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND ${MOVES}
      GROUP BY creator_id HAVING count(*) > ${rows} ORDER BY count(*) DESC`);
  }

  /** The ten creators whose GMV moves most: in either direction, or downwards alone. */
  async listMovements(syncId: SyncId, direction: 'either' | 'down', tx: TenantTransaction): Promise<Movement[]> {
    const rows = await tx.many<Stored<Movement>>(sql`
      SELECT moved.handle, coalesce(c.gmv_minor, 0)::text AS "gmvBeforeMinor", coalesce(c.units, 0)::text AS "unitsBefore",
             (coalesce(c.gmv_minor, 0) + moved.gmv_minor)::text AS "gmvAfterMinor",
             (coalesce(c.units, 0) + moved.units)::text AS "unitsAfter"
      FROM (
        SELECT creator_id, min(handle) AS handle, sum(gmv_minor) AS gmv_minor, sum(units) AS units
        FROM ingestion.staged_difference d
        WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND ${MOVES}
        GROUP BY creator_id
        HAVING ${direction === 'either'} OR sum(gmv_minor) < 0
        ORDER BY abs(sum(gmv_minor)) DESC, min(handle) LIMIT 10
      ) AS moved
      LEFT JOIN ingestion.creator c ON c.client_id = ${tx.clientId} AND c.creator_id = moved.creator_id
      ORDER BY abs(moved.gmv_minor) DESC, moved.handle`);
    return rows.map(movementFrom);
  }

  /**
   * Moves a page of the rows that do not count into the quarantine, in the order of lines: `limit` rows, or fewer where
   * they are long, for a row may be a megabyte. Repeating it changes nothing.
   * @returns the last line of the page; undefined when there is none left
   */
  async quarantine(
    sync: { syncId: SyncId; afterLine: number; limit: number },
    tx: TenantTransaction,
  ): Promise<number | undefined> {
    const { last } = await tx.one<{ last: string | null }>(sql`
      WITH next AS (
        (SELECT line, column_name, reason, raw FROM ingestion.staged_row
         WHERE client_id = ${tx.clientId} AND sync_id = ${sync.syncId} AND reason IS NOT NULL AND line > ${sync.afterLine}
         ORDER BY line LIMIT ${sync.limit})
        UNION ALL
        (SELECT line, 'Handle', 'owner_changed', raw FROM ingestion.staged_difference
         WHERE client_id = ${tx.clientId} AND sync_id = ${sync.syncId} AND kind = 'owner_changed'
           AND line > ${sync.afterLine}
         ORDER BY line LIMIT ${sync.limit})
        ORDER BY line LIMIT ${sync.limit}
      ), page AS MATERIALIZED (
        SELECT line, column_name, reason, raw
        FROM (
          SELECT *, row_number() OVER in_file AS place, sum(octet_length(raw)) OVER in_file AS bytes
          FROM next WINDOW in_file AS (ORDER BY line)
        ) AS measured
        WHERE place = 1 OR bytes <= ${QUARANTINE_BYTES}
      ), kept AS (
        INSERT INTO ingestion.quarantined_row (client_id, sync_id, line, column_name, reason, raw)
        SELECT ${tx.clientId}, ${sync.syncId}, line, column_name, reason, raw FROM page
        ON CONFLICT DO NOTHING
      )
      SELECT max(line) AS last FROM page`);
    return last === null ? undefined : Number(last);
  }

  async countReasons(syncId: SyncId, tx: TenantTransaction): Promise<Partial<Record<Reason, number>>> {
    const rows = await tx.many<{ reason: string; rows: string }>(sql`
      SELECT reason, count(*) AS rows FROM ingestion.quarantined_row
      WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} GROUP BY reason ORDER BY reason`);
    return Object.fromEntries(rows.map(({ reason, rows: count }) => [reason, Number(count)]));
  }
}
