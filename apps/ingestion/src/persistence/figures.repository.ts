import type { CalendarDate, CreatorId } from '#libs/kernel';
import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

/** Sums of one creator, or of the client. */
export interface Figures {
  readonly gmvMinor: bigint;
  readonly units: bigint;
}

/** A creator's row and its ledger, where they differ. */
export interface CreatorFigures {
  readonly creatorId: CreatorId;
  /** Null where the row is missing. */
  readonly kept: (Figures & { readonly salesVersion: bigint }) | null;
  readonly ledger: Figures & { readonly syncs: bigint };
}

export interface VideoFigures {
  readonly creatorId: CreatorId;
  readonly videos: Figures;
  readonly ledger: Figures;
}

/** Creators behind one and up to another. */
export interface CreatorRange {
  readonly after: string | null;
  readonly upTo: string | null;
}

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** The figures that stand in several places, for comparison. Each method is one statement over a range. */
@Injectable()
export class FiguresRepository {
  /** The creator so many places behind another; null when there are not so many. */
  async creatorAhead(tx: TenantTransaction, after: string | null, places: number): Promise<string | null> {
    const row = await tx.maybeOne<{ creator_id: string }>(sql`
      SELECT creator_id FROM ingestion.creator
      WHERE client_id = ${tx.clientId} AND creator_id > ${after ?? NOBODY}::uuid
      ORDER BY creator_id OFFSET ${places - 1} LIMIT 1`);
    return row?.creator_id ?? null;
  }

  async countCreators(tx: TenantTransaction, range: CreatorRange): Promise<number> {
    const { creators } = await tx.one<{ creators: string }>(sql`
      SELECT count(*) AS creators FROM ingestion.creator WHERE ${inRange(tx, range)}`);
    return Number(creators);
  }

  /** Creators whose totals are not the sums of their entries, or who have not one event a sync. */
  async creatorsOffLedger(tx: TenantTransaction, range: CreatorRange): Promise<CreatorFigures[]> {
    const rows = await tx.many<Record<string, string | null> & { creator_id: CreatorId }>(sql`
      SELECT creator_id, c.gmv_minor AS gmv, c.units, c.sales_version, coalesce(l.gmv, 0) AS ledger_gmv,
             coalesce(l.units, 0) AS ledger_units, coalesce(l.syncs, 0) AS syncs
      FROM (SELECT * FROM ingestion.creator WHERE ${inRange(tx, range)}) AS c
      FULL JOIN (
        SELECT creator_id, sum(gmv_minor) AS gmv, sum(units) AS units, count(DISTINCT sync_sequence) AS syncs
        FROM ingestion.sales_entry WHERE ${inRange(tx, range)} GROUP BY creator_id
      ) AS l USING (creator_id)
      WHERE (c.gmv_minor, c.units, c.sales_version) IS DISTINCT FROM (coalesce(l.gmv, 0), coalesce(l.units, 0), coalesce(l.syncs, 0))
      ORDER BY creator_id`);
    return rows.map((row) => ({
      creatorId: row.creator_id,
      kept:
        (row['gmv'] ?? null) === null
          ? null
          : { ...figures(row['gmv'], row['units']), salesVersion: toBigInt(row['sales_version']) },
      ledger: { ...figures(row['ledger_gmv'], row['ledger_units']), syncs: toBigInt(row['syncs']) },
    }));
  }

  /**
   * Creators whose videos do not add up to their entries. Videos have no index by creator, so a range reads all of the
   * client's: they are held against the creators' rows first, and the ledger is asked of those who differ alone.
   */
  async creatorsOffVideos(tx: TenantTransaction, range: CreatorRange): Promise<VideoFigures[]> {
    await tx.execute(sql`SELECT set_config('enable_nestloop', 'off', true)`);
    const rows = await tx.many<Record<string, string> & { creator_id: CreatorId }>(sql`
      WITH off AS MATERIALIZED (
        SELECT creator_id, coalesce(v.gmv, 0) AS gmv, coalesce(v.units, 0) AS units
        FROM (SELECT * FROM ingestion.creator WHERE ${inRange(tx, range)}) AS c
        FULL JOIN (
          SELECT creator_id, sum(gmv_minor) AS gmv, sum(units) AS units
          FROM ingestion.video WHERE ${inRange(tx, range)} GROUP BY creator_id
        ) AS v USING (creator_id)
        WHERE (c.gmv_minor, c.units) IS DISTINCT FROM (coalesce(v.gmv, 0), coalesce(v.units, 0))
      ), ledger AS MATERIALIZED (
        SELECT creator_id, sum(gmv_minor) AS gmv, sum(units) AS units FROM ingestion.sales_entry
        WHERE client_id = ${tx.clientId} AND creator_id = ANY (ARRAY(SELECT creator_id FROM off)) GROUP BY creator_id
      )
      SELECT off.creator_id, off.gmv, off.units, coalesce(l.gmv, 0) AS ledger_gmv, coalesce(l.units, 0) AS ledger_units
      FROM off LEFT JOIN ledger l ON l.creator_id = off.creator_id
      WHERE (off.gmv, off.units) IS DISTINCT FROM (coalesce(l.gmv, 0), coalesce(l.units, 0))
      ORDER BY off.creator_id`);
    return rows.map((row) => ({
      creatorId: row.creator_id,
      videos: figures(row['gmv'], row['units']),
      ledger: figures(row['ledger_gmv'], row['ledger_units']),
    }));
  }

  /** The video so many places behind another; null when there are not so many. */
  async videoAhead(tx: TenantTransaction, after: string | null, places: number): Promise<string | null> {
    const row = await tx.maybeOne<{ video_key: string }>(sql`
      SELECT video_key FROM ingestion.video
      WHERE client_id = ${tx.clientId} AND video_key > ${after ?? NOBODY}::uuid
      ORDER BY video_key OFFSET ${places - 1} LIMIT 1`);
    return row?.video_key ?? null;
  }

  /** Videos that stand in more than one month, which no key can forbid. */
  async videosTwice(
    tx: TenantTransaction,
    range: { readonly after: string | null; readonly upTo: string | null },
  ): Promise<{ rows: number; twice: { videoKey: string; postDates: CalendarDate[] }[] }> {
    const upTo = range.upTo === null ? sql`` : sql`AND video_key <= ${range.upTo}::uuid`;
    const found = await tx.one<{ rows: string; twice: { videoKey: string; postDates: CalendarDate[] }[] | null }>(sql`
      SELECT count(*) AS rows,
             json_agg(json_build_object('videoKey', video_key, 'postDates', post_dates)) FILTER (WHERE places > 1) AS twice
      FROM (SELECT video_key, count(*) AS places,
                   CASE WHEN count(*) > 1 THEN array_agg(post_date::text ORDER BY post_date) END AS post_dates
            FROM ingestion.video
            WHERE client_id = ${tx.clientId} AND video_key > ${range.after ?? NOBODY}::uuid ${upTo}
            GROUP BY video_key) AS video`);
    return { rows: Number(found.rows), twice: found.twice ?? [] };
  }

  /**
   * The sum of all creators, and what the last manifest says it is, with what the sync that is being booked has brought so
   * far. Null before the first sync is booked.
   */
  async clientTotals(tx: TenantTransaction): Promise<{ creators: Figures; manifest: Figures } | null> {
    const row = await tx.maybeOne<Record<'gmv' | 'units' | 'manifest_gmv' | 'manifest_units', string>>(sql`
      WITH last AS (
        SELECT manifest FROM ingestion.sync
        WHERE client_id = ${tx.clientId} AND status IN ('published', 'applied') ORDER BY sequence DESC LIMIT 1
      ), under_way AS (
        SELECT coalesce(sum(e.gmv_minor), 0) AS gmv, coalesce(sum(e.units), 0) AS units
        FROM ingestion.sync s JOIN ingestion.sales_entry e
          ON e.client_id = s.client_id AND e.business_date = s.business_date AND e.sync_sequence = s.sequence
        WHERE s.client_id = ${tx.clientId} AND s.status = 'booking'
      ), creators AS (
        SELECT coalesce(sum(gmv_minor), 0) AS gmv, coalesce(sum(units), 0) AS units FROM ingestion.creator
        WHERE client_id = ${tx.clientId}
      )
      SELECT creators.gmv, creators.units, (last.manifest ->> 'gmvAfterMinor')::numeric + under_way.gmv AS manifest_gmv,
             (last.manifest ->> 'unitsAfter')::numeric + under_way.units AS manifest_units
      FROM last, under_way, creators WHERE last.manifest IS NOT NULL`);
    if (row === undefined) return null;
    return { creators: figures(row.gmv, row.units), manifest: figures(row.manifest_gmv, row.manifest_units) };
  }
}

function inRange(tx: TenantTransaction, { after, upTo }: CreatorRange): Statement {
  const end = upTo === null ? sql`` : sql`AND creator_id <= ${upTo}::uuid`;
  return sql`client_id = ${tx.clientId} AND creator_id > ${after ?? NOBODY}::uuid ${end}`;
}

function figures(gmvMinor: string | null | undefined, units: string | null | undefined): Figures {
  return { gmvMinor: toBigInt(gmvMinor), units: toBigInt(units) };
}

function toBigInt(sum: string | null | undefined): bigint {
  return BigInt(sum ?? 0);
}
