import type { CalendarDate, CreatorId, SyncId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

/** Differences of a sync whose creators lie in `(after, upTo]`. */
export interface Chunk {
  readonly syncId: SyncId;
  readonly after: CreatorId | null;
  readonly upTo: CreatorId;
}

export interface BookedCreator {
  readonly creatorId: CreatorId;
  /** The sync is the first that shows this creator. */
  readonly onboarded: boolean;
  readonly salesVersion: number;
  readonly lifetimeGmvMinor: string;
  readonly lifetimeUnits: string;
  readonly differences: readonly {
    readonly postDate: string;
    readonly firstSighting: boolean;
    readonly gmvMinor: string;
    readonly units: string;
    readonly videos: number;
    readonly views: number;
    readonly likes: number;
    readonly comments: number;
  }[];
}

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** The booking of a chunk of whole creators: a statement a table, in the caller's transaction. */
@Injectable()
export class BookingRepository {
  /** The creator of every row that is still to book, in order, up to `limit` rows. Takes no xid. */
  async listCreators(
    sync: { syncId: SyncId; after: CreatorId | null; limit: number },
    tx: TenantTransaction,
  ): Promise<CreatorId[]> {
    const rows = await tx.many<{ creator_id: string }>(sql`
      SELECT creator_id FROM ingestion.staged_difference
      WHERE client_id = ${tx.clientId} AND sync_id = ${sync.syncId} AND creator_id > ${sync.after ?? NOBODY}::uuid
      ORDER BY creator_id LIMIT ${sync.limit}`);
    return rows.map((row) => row.creator_id as CreatorId);
  }

  /** The months of the videos that the sync shows first, as their first days. */
  async listNewMonths(syncId: SyncId, tx: TenantTransaction): Promise<CalendarDate[]> {
    const rows = await tx.many<{ month: string }>(sql`
      SELECT DISTINCT date_trunc('month', post_date)::date::text AS month FROM ingestion.staged_difference
      WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND kind = 'new'`);
    return rows.map((row) => row.month as CalendarDate);
  }

  /**
   * Adds to the videos that are known, then inserts the new ones, both in the order of the table. The known ones are
   * reached as the conflict of an insert, which finds month and row by itself: of a joined UPDATE the planner, without
   * statistics of months that were filled a moment ago, makes a reading of the whole snapshot, once a row.
   * @throws Error when a video that was compared is not there
   */
  async bookVideos(chunk: Chunk, tx: TenantTransaction): Promise<void> {
    const { missing } = await tx.one<{ missing: string }>(sql`
      WITH changed AS (
        INSERT INTO ingestion.video AS v
          (client_id, video_key, post_date, creator_id, views, likes, comments, gmv_minor, units, url)
        SELECT client_id, video_key, post_date, creator_id, views, likes, comments, gmv_minor, units, ''
        FROM ingestion.staged_difference
        WHERE client_id = ${tx.clientId} AND sync_id = ${chunk.syncId} AND kind = 'changed'
          AND creator_id > ${chunk.after ?? NOBODY}::uuid AND creator_id <= ${chunk.upTo}::uuid
        ORDER BY post_date, video_key
        ON CONFLICT (client_id, video_key, post_date) DO UPDATE
        SET views = v.views + excluded.views, likes = v.likes + excluded.likes,
            comments = v.comments + excluded.comments, gmv_minor = v.gmv_minor + excluded.gmv_minor,
            units = v.units + excluded.units
        RETURNING old.video_key IS NULL AS missing
      )
      SELECT count(*) AS missing FROM changed WHERE missing`);
    if (missing !== '0') throw new Error(`${missing} videos of sync ${chunk.syncId} are not where they were compared`);
    await tx.execute(sql`
      INSERT INTO ingestion.video
        (client_id, video_key, post_date, creator_id, views, likes, comments, gmv_minor, units, url)
      SELECT client_id, video_key, post_date, creator_id, views, likes, comments, gmv_minor, units, url
      FROM ingestion.staged_difference
      WHERE client_id = ${tx.clientId} AND sync_id = ${chunk.syncId} AND kind = 'new'
        AND creator_id > ${chunk.after ?? NOBODY}::uuid AND creator_id <= ${chunk.upTo}::uuid
      ORDER BY post_date, video_key`);
  }

  /** @returns how many entries the ledger has gained: one for every row of the chunk */
  async appendEntries(
    chunk: Chunk,
    booked: { businessDate: CalendarDate; sequence: number },
    tx: TenantTransaction,
  ): Promise<number> {
    return tx.execute(sql`
      INSERT INTO ingestion.sales_entry
        (client_id, creator_id, business_date, sync_sequence, video_key, post_date, first_sighting,
         views, likes, comments, gmv_minor, units)
      SELECT client_id, creator_id, ${booked.businessDate}::date, ${booked.sequence}::bigint, video_key, post_date,
             kind = 'new', views, likes, comments, gmv_minor, units
      FROM ingestion.staged_difference
      WHERE client_id = ${tx.clientId} AND sync_id = ${chunk.syncId}
        AND creator_id > ${chunk.after ?? NOBODY}::uuid AND creator_id <= ${chunk.upTo}::uuid
      ORDER BY creator_id, video_key`);
  }

  /** Adds the chunk to its creators' totals, makes those that are new, and tells what their events say; in key order. */
  async bookCreators(chunk: Chunk, onboardedOn: CalendarDate, tx: TenantTransaction): Promise<BookedCreator[]> {
    await tx.execute(sql`
      SELECT set_config('enable_nestloop', 'off', true), set_config('enable_mergejoin', 'off', true),
             set_config('jit', 'off', true)`);
    const rows = await tx.many<Omit<BookedCreator, 'salesVersion'> & { salesVersion: string }>(sql`
      WITH by_post_date AS MATERIALIZED (
        SELECT creator_id, min(handle) AS handle, post_date, kind = 'new' AS first_sighting, count(*) AS videos,
               sum(gmv_minor)::bigint AS gmv_minor, sum(units)::bigint AS units, sum(views)::bigint AS views,
               sum(likes)::bigint AS likes, sum(comments)::bigint AS comments
        FROM ingestion.staged_difference
        WHERE client_id = ${tx.clientId} AND sync_id = ${chunk.syncId}
          AND creator_id > ${chunk.after ?? NOBODY}::uuid AND creator_id <= ${chunk.upTo}::uuid
        GROUP BY creator_id, post_date, kind = 'new'
      ), moved AS MATERIALIZED (
        SELECT creator_id, min(handle) AS handle, sum(gmv_minor)::bigint AS gmv_minor, sum(units)::bigint AS units,
               min(post_date) AS first_video_on,
               json_agg(json_build_object(
                 'postDate', post_date, 'firstSighting', first_sighting, 'gmvMinor', gmv_minor::text,
                 'units', units::text, 'videos', videos, 'views', views, 'likes', likes, 'comments', comments)
                 ORDER BY post_date, first_sighting) AS differences
        FROM by_post_date GROUP BY creator_id
      ), booked AS (
        INSERT INTO ingestion.creator AS c
          (client_id, creator_id, handle, gmv_minor, units, sales_version, onboarded_on, first_video_on)
        SELECT ${tx.clientId}, creator_id, handle, gmv_minor, units, 1, ${onboardedOn}::date, first_video_on
        FROM moved ORDER BY creator_id
        ON CONFLICT (client_id, creator_id) DO UPDATE
        SET gmv_minor = c.gmv_minor + excluded.gmv_minor, units = c.units + excluded.units,
            sales_version = c.sales_version + 1, first_video_on = least(c.first_video_on, excluded.first_video_on)
        RETURNING c.creator_id, c.gmv_minor, c.units, c.sales_version
      )
      SELECT creator_id AS "creatorId", booked.sales_version = 1 AS onboarded, booked.sales_version AS "salesVersion",
             booked.gmv_minor::text AS "lifetimeGmvMinor", booked.units::text AS "lifetimeUnits", moved.differences
      FROM booked JOIN moved USING (creator_id) ORDER BY creator_id`);
    return rows.map((row) => ({ ...row, salesVersion: Number(row.salesVersion) }));
  }
}
