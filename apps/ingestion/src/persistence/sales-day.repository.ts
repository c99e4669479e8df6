import type { CalendarDate } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

/** What was booked for a creator on one business date, and the adjustments that take effect on it. */
export interface SalesDay {
  readonly date: CalendarDate;
  readonly gmvMinor: bigint;
  readonly units: bigint;
  /** Videos whose figures moved. */
  readonly videos: number;
  readonly views: number;
  readonly likes: number;
  readonly comments: number;
  /** In the program's metric. */
  readonly adjustments: bigint;
}

export interface SalesDayQuery {
  readonly creatorId: string;
  readonly from: string;
  readonly to: string;
  readonly after: string | undefined;
  readonly fetch: number;
  /** Outside of these dates the creator has no bookings: months beyond them are not looked into. */
  readonly booked: { readonly first: CalendarDate; readonly last: CalendarDate };
}

type DayRow = { readonly [Key in keyof SalesDay]: string };

@Injectable()
export class SalesDayRepository {
  /** Days on which anything was booked or adjusted, from the earliest. */
  async list(query: SalesDayQuery, tx: TenantTransaction): Promise<SalesDay[]> {
    const { booked } = query;
    const after = query.after ?? '-infinity';
    const rows = await tx.many<DayRow>(sql`
      SELECT date::text, sum(gmv) AS "gmvMinor", sum(units) AS units, sum(videos) AS videos, sum(views) AS views,
             sum(likes) AS likes, sum(comments) AS comments, sum(adjustments) AS adjustments
      FROM (
        SELECT business_date AS date, gmv_minor AS gmv, units, views, likes, comments,
               (row_number() OVER (PARTITION BY business_date, video_key) = 1)::int AS videos, 0 AS adjustments
        FROM ingestion.sales_entry
        WHERE client_id = ${tx.clientId} AND creator_id = ${query.creatorId}
          AND business_date BETWEEN ${query.from} AND ${query.to}
          AND business_date BETWEEN ${booked.first} AND ${booked.last}
        UNION ALL
        SELECT effective_date, 0, 0, 0, 0, 0, 0, value
        FROM ingestion.adjustment_day
        WHERE client_id = ${tx.clientId} AND creator_id = ${query.creatorId}
          AND effective_date BETWEEN ${query.from} AND ${query.to}
      ) AS booked
      WHERE date > ${after}::date GROUP BY date ORDER BY date LIMIT ${query.fetch}`);
    return rows.map((row) => ({
      date: row.date as CalendarDate,
      gmvMinor: BigInt(row.gmvMinor),
      units: BigInt(row.units),
      videos: Number(row.videos),
      views: Number(row.views),
      likes: Number(row.likes),
      comments: Number(row.comments),
      adjustments: BigInt(row.adjustments),
    }));
  }

  /** Adds to the days' sums; whether an adjustment was added before, its version says, which the runner guards. */
  async addAdjustments(
    adjustments: readonly { creatorId: string; effectiveDate: string; value: string }[],
    tx: TenantTransaction,
  ): Promise<void> {
    await tx.execute(sql`
      INSERT INTO ingestion.adjustment_day AS d (client_id, creator_id, effective_date, value)
      SELECT ${tx.clientId}, creator_id, effective_date, sum(value)
      FROM unnest(${adjustments.map((a) => a.creatorId)}::uuid[], ${adjustments.map((a) => a.effectiveDate)}::date[],
                  ${adjustments.map((a) => a.value)}::bigint[]) AS added (creator_id, effective_date, value)
      GROUP BY creator_id, effective_date ORDER BY creator_id, effective_date
      ON CONFLICT (client_id, creator_id, effective_date) DO UPDATE SET value = d.value + excluded.value`);
  }
}
