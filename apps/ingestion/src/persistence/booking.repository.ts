import { CreatorOnboardedV1, CreatorSalesRecordedV1 } from '#libs/contracts';
import type { CalendarDate, CreatorId, SyncId } from '#libs/kernel';
import { inQuotes, keyOf, Outbox, partitionOf, selectedEvents, type SelectedEvents } from '#libs/messaging';
import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

/** Differences of a sync whose creators lie in `(after, upTo]`. */
export interface Chunk {
  readonly syncId: SyncId;
  readonly after: CreatorId | null;
  readonly upTo: CreatorId;
}

/** A creator whose rows are next, and how many of them were looked at. */
export interface NextCreator {
  readonly creatorId: CreatorId;
  readonly rows: number;
}

/** What entries and events say of their sync. */
export interface BookedSync {
  readonly syncId: SyncId;
  readonly sequence: number;
  readonly businessDate: CalendarDate;
  readonly previousBusinessDate: CalendarDate | null;
}

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** The booking of a chunk of whole creators: a statement a table, in the caller's transaction. */
@Injectable()
export class BookingRepository {
  readonly #outbox: Outbox;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** The creators of the next `limit` rows, in order. Takes no xid. */
  async listCreators(
    sync: { syncId: SyncId; after: CreatorId | null; limit: number },
    tx: TenantTransaction,
  ): Promise<NextCreator[]> {
    const creators = await tx.many<{ creator_id: CreatorId; rows: string }>(sql`
      SELECT creator_id, count(*) AS rows
      FROM (
        SELECT creator_id FROM ingestion.staged_difference
        WHERE client_id = ${tx.clientId} AND sync_id = ${sync.syncId} AND creator_id > ${sync.after ?? NOBODY}::uuid
        ORDER BY creator_id LIMIT ${sync.limit}
      ) AS next
      GROUP BY creator_id ORDER BY creator_id`);
    return creators.map(({ creator_id: creatorId, rows }) => ({ creatorId, rows: Number(rows) }));
  }

  async countRows(syncId: SyncId, creatorId: CreatorId, tx: TenantTransaction): Promise<number> {
    const { rows } = await tx.one<{ rows: string }>(sql`
      SELECT count(*) AS rows FROM ingestion.staged_difference
      WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND creator_id = ${creatorId}`);
    return Number(rows);
  }

  /** The months of the videos that the sync shows first, as their first days. */
  async listNewMonths(syncId: SyncId, tx: TenantTransaction): Promise<CalendarDate[]> {
    const rows = await tx.many<{ month: string }>(sql`
      SELECT DISTINCT date_trunc('month', post_date)::date::text AS month
      FROM (
        SELECT DISTINCT post_date FROM ingestion.staged_difference
        WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND kind = 'new'
      ) AS days`);
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
    booked: Pick<BookedSync, 'businessDate' | 'sequence'>,
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

  /**
   * Adds the chunk to its creators' totals, makes those that are new, and appends what their events say, in key order:
   * all in one statement, so that no difference is ever brought to this process.
   * @param creatorIds whose differences the chunk has; their lanes are held
   * @returns how many creators were booked
   */
  async bookCreators(
    chunk: Chunk,
    { sync, creatorIds }: { sync: BookedSync; creatorIds: readonly CreatorId[] },
    tx: TenantTransaction,
  ): Promise<number> {
    const lanes = creatorIds.map((creatorId) => partitionOf(keyOf(tx.clientId, creatorId)));
    const laneOfRow = { lanes: new Set(lanes), expression: sql`told.lane` };
    await tx.execute(sql`
      SELECT set_config('enable_nestloop', 'off', true), set_config('enable_mergejoin', 'off', true),
             set_config('jit', 'off', true)`);
    const { creators } = await tx.one<{ creators: string }>(sql`
      WITH moved AS MATERIALIZED (${this.#movements(chunk, tx)}
      ), booked AS (
        INSERT INTO ingestion.creator AS c
          (client_id, creator_id, handle, gmv_minor, units, sales_version, onboarded_on, first_video_on)
        SELECT ${tx.clientId}, creator_id, handle, gmv_minor, units, 1, ${sync.businessDate}::date, first_video_on
        FROM moved ORDER BY creator_id
        ON CONFLICT (client_id, creator_id) DO UPDATE
        SET gmv_minor = c.gmv_minor + excluded.gmv_minor, units = c.units + excluded.units,
            sales_version = c.sales_version + 1, first_video_on = least(c.first_video_on, excluded.first_video_on)
        RETURNING c.creator_id, c.gmv_minor, c.units, c.sales_version
      ), told AS (
        SELECT booked.*, moved.differences, of_creator.lane
        FROM booked
        JOIN moved USING (creator_id)
        LEFT JOIN unnest(${creatorIds}::uuid[], ${lanes}::int[]) AS of_creator (creator_id, lane) USING (creator_id)
      ), appended AS (${this.#outbox.insertion(tx, laneOfRow, eventsOf(sync))})
      SELECT count(*) AS creators FROM booked`);
    return Number(creators);
  }

  /** A row a creator: sums, and the differences by post date as the event has them, written by hand: JSON functions
   * take three times as long, and there is nothing to escape in dates and numbers. */
  #movements(chunk: Chunk, tx: TenantTransaction): Statement {
    return sql`
        SELECT creator_id, any_value(handle) AS handle, sum(gmv_minor)::bigint AS gmv_minor,
               sum(units)::bigint AS units, min(post_date) AS first_video_on,
               string_agg('{"postDate":"' || post_date || '","firstSighting":' || first_sighting ||
                 ',"gmvMinor":"' || gmv_minor || '","units":"' || units || '","videos":' || videos ||
                 ',"views":' || views || ',"likes":' || likes || ',"comments":' || comments || '}', ','
                 ORDER BY post_date, first_sighting) AS differences
        FROM (
          SELECT creator_id, any_value(handle) AS handle, post_date, kind = 'new' AS first_sighting,
                 count(*) AS videos, sum(gmv_minor)::bigint AS gmv_minor, sum(units)::bigint AS units,
                 sum(views)::bigint AS views, sum(likes)::bigint AS likes, sum(comments)::bigint AS comments
          FROM ingestion.staged_difference
          WHERE client_id = ${tx.clientId} AND sync_id = ${chunk.syncId}
            AND creator_id > ${chunk.after ?? NOBODY}::uuid AND creator_id <= ${chunk.upTo}::uuid
          GROUP BY creator_id, post_date, kind = 'new'
        ) AS by_post_date
        GROUP BY creator_id`;
  }
}

/** A creator's onboarding comes before its sales. */
function eventsOf(sync: BookedSync): SelectedEvents[] {
  const said = (value: string | number | null): Statement => sql`${JSON.stringify(value)}::text`;
  const [aggregateId, aggregateVersion] = [sql`told.creator_id`, sql`told.sales_version`];
  return [
    selectedEvents(CreatorOnboardedV1, {
      rows: sql`told WHERE told.sales_version = 1`,
      aggregateId,
      aggregateVersion,
      data: { onboardedOn: said(sync.businessDate), syncId: said(sync.syncId) },
    }),
    selectedEvents(CreatorSalesRecordedV1, {
      rows: sql`told`,
      aggregateId,
      aggregateVersion,
      data: {
        syncId: said(sync.syncId),
        syncSequence: said(sync.sequence),
        businessDate: said(sync.businessDate),
        previousBusinessDate: said(sync.previousBusinessDate),
        lifetimeGmvMinor: inQuotes(sql`told.gmv_minor`),
        lifetimeUnits: inQuotes(sql`told.units`),
        differences: sql`'[' || told.differences || ']'`,
      },
    }),
  ];
}
