import type { CalendarDate, CreatorId, SyncId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { CompleteSync, Reading } from '../domain/boost/boost.ts';

/** What boosts are read from: the syncs the watermark has reached, and the creators' GMV as of each. */
@Injectable()
export class ReadingRepository {
  /** Complete syncs with a business date on or after `date`, in the order of their sequence. */
  async syncsReachedSince(date: CalendarDate, tx: TenantTransaction): Promise<CompleteSync[]> {
    const rows = await tx.many<CompleteSyncRow>(sql`
      SELECT s.sequence, s.sync_id, s.business_date::text AS business_date, s.file_sha256
      FROM commission_boost.completed_sync AS s
      JOIN commission_boost.watermark AS w ON w.client_id = s.client_id AND s.sequence <= w.sequence
      WHERE s.client_id = ${tx.clientId} AND s.business_date >= ${date}
      ORDER BY s.sequence`);
    return rows.map((row) => ({
      sequence: Number(row.sequence),
      syncId: row.sync_id,
      businessDate: row.business_date,
      fileSha256: row.file_sha256,
    }));
  }

  /**
   * The creators' raw lifetime GMV as of the given syncs: after the latest sync up to it that moved the creator, 0 if
   * none has. In the order of the points.
   */
  async at(
    points: readonly { readonly creatorId: CreatorId; readonly sync: CompleteSync }[],
    tx: TenantTransaction,
  ): Promise<Reading[]> {
    const gmv = await this.gmvAt(
      points.map(({ creatorId, sync }) => ({ creatorId, sequence: sync.sequence })),
      tx,
    );
    return points.map(({ sync }, index) => ({ sync, gmvMinor: gmv[index] ?? 0n }));
  }

  /** The same by the syncs' sequences, of which 0 is before the first. */
  async gmvAt(
    points: readonly { readonly creatorId: CreatorId; readonly sequence: number }[],
    tx: TenantTransaction,
  ): Promise<bigint[]> {
    const rows = await tx.many<{ gmv_minor: string }>(sql`
      SELECT coalesce(latest.lifetime_gmv_minor, 0)::bigint AS gmv_minor
      FROM unnest(${points.map((point) => point.creatorId)}::uuid[], ${points.map((point) => point.sequence)}::bigint[])
           WITH ORDINALITY AS point (creator_id, sync_sequence, position)
      LEFT JOIN LATERAL (
        SELECT lifetime_gmv_minor FROM commission_boost.creator_gmv AS g
        WHERE g.client_id = ${tx.clientId} AND g.creator_id = point.creator_id AND g.sync_sequence <= point.sync_sequence
        ORDER BY g.sync_sequence DESC LIMIT 1) AS latest ON true
      ORDER BY point.position`);
    return rows.map((row) => BigInt(row.gmv_minor));
  }

  /** Of creators without a record up to the given sequences, the first behind them. In the order of the points. */
  async firstBehind(
    points: readonly { readonly creatorId: CreatorId; readonly sequence: number }[],
    tx: TenantTransaction,
  ): Promise<({ businessDate: CalendarDate; gmvMinor: bigint } | undefined)[]> {
    const rows = await tx.many<{ business_date: CalendarDate | null; gmv_minor: string }>(sql`
      SELECT first.business_date::text AS business_date, first.lifetime_gmv_minor AS gmv_minor
      FROM unnest(${points.map((point) => point.creatorId)}::uuid[], ${points.map((point) => point.sequence)}::bigint[])
           WITH ORDINALITY AS point (creator_id, sync_sequence, position)
      LEFT JOIN LATERAL (
        SELECT sync_sequence, business_date, lifetime_gmv_minor FROM commission_boost.creator_gmv AS g
        WHERE g.client_id = ${tx.clientId} AND g.creator_id = point.creator_id
        ORDER BY g.sync_sequence LIMIT 1) AS first ON first.sync_sequence > point.sync_sequence
      ORDER BY point.position`);
    return rows.map(({ business_date, gmv_minor }) =>
      business_date === null ? undefined : { businessDate: business_date, gmvMinor: BigInt(gmv_minor) },
    );
  }

  /** Of each date the sequence of the client's last complete sync on or before it, 0 if there was none by then. */
  async lastSequencesUpTo(dates: readonly CalendarDate[], tx: TenantTransaction): Promise<number[]> {
    const rows = await tx.many<{ business_date: CalendarDate; sequence: string }>(sql`
      SELECT d.business_date::text AS business_date, coalesce(max(s.sequence), 0)::bigint AS sequence
      FROM unnest(${[...new Set(dates)]}::date[]) AS d (business_date)
      LEFT JOIN commission_boost.completed_sync AS s
        ON s.client_id = ${tx.clientId} AND s.business_date <= d.business_date
      GROUP BY d.business_date`);
    const last = new Map(rows.map((row) => [row.business_date, Number(row.sequence)]));
    return dates.map((date) => last.get(date) ?? 0);
  }
}

interface CompleteSyncRow {
  sequence: string;
  sync_id: SyncId;
  business_date: CalendarDate;
  file_sha256: string;
}
