import type { BoostId, CalendarDate, CreatorId, RedemptionId, SyncId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { CompleteSync } from '../domain/boost/boost.ts';
import type { Correction, ReadingKind } from '../domain/boost/correction.ts';
import { DUE_RECHECKS } from './due-work.repository.ts';

/** What later syncs of a reading's own business date have changed. Append-only. */
@Injectable()
export class ReadingCorrectionRepository {
  /** For readings that were made late, of dates with syncs after the one that was read: those are looked at (again). */
  async recheck(
    readings: readonly { readonly creatorId: CreatorId; readonly sync: CompleteSync }[],
    lane: number,
    tx: TenantTransaction,
  ): Promise<void> {
    if (readings.length === 0) return;
    await tx.execute(sql`
      INSERT INTO commission_boost.reading_recheck (client_id, lane, sync_sequence, creator_id)
      SELECT DISTINCT g.client_id, ${lane}::smallint, g.sync_sequence, g.creator_id
      FROM unnest(${readings.map(({ creatorId }) => creatorId)}::uuid[],
                  ${readings.map(({ sync }) => sync.sequence)}::bigint[],
                  ${readings.map(({ sync }) => sync.businessDate)}::date[]) AS r (creator_id, sync_sequence, business_date)
      JOIN commission_boost.creator_gmv AS g
        ON g.client_id = ${tx.clientId} AND g.creator_id = r.creator_id AND g.sync_sequence > r.sync_sequence
       AND g.business_date = r.business_date AND g.difference_minor <> 0
      ON CONFLICT DO NOTHING`);
  }

  /**
   * Looks at the oldest sales of a lane that are due, and notes what they correct. The lane must be held: a reading is
   * there before and seen here, or is made after and then asks for another look.
   * @returns the corrections that were not known
   */
  async note(lane: number, limit: number, at: Date, tx: TenantTransaction): Promise<Correction[]> {
    const sales = await tx.many<{ creator_id: CreatorId; sync_sequence: string }>(sql`
      DELETE FROM commission_boost.reading_recheck AS gone
      WHERE gone.client_id = ${tx.clientId} AND gone.lane = ${lane} AND (gone.sync_sequence, gone.creator_id) IN (
        SELECT q.sync_sequence, q.creator_id ${DUE_RECHECKS}
        AND q.client_id = ${tx.clientId} AND q.lane = ${lane} ORDER BY q.sync_sequence, q.creator_id LIMIT ${limit})
      RETURNING gone.creator_id, gone.sync_sequence`);
    if (sales.length === 0) return [];
    const rows = await tx.many<CorrectionRow>(sql`
      WITH noted AS (
        INSERT INTO commission_boost.reading_correction
          (client_id, boost_id, reading, sync_sequence, sync_id, business_date, difference_minor, noted_at)
        SELECT b.client_id, b.id, r.reading, g.sync_sequence, s.sync_id, g.business_date, g.difference_minor, ${at}
        FROM unnest(${sales.map((sale) => sale.creator_id)}::uuid[], ${sales.map((sale) => sale.sync_sequence)}::bigint[])
             AS sale (creator_id, sync_sequence)
        JOIN commission_boost.creator_gmv AS g
          ON g.client_id = ${tx.clientId} AND g.creator_id = sale.creator_id AND g.sync_sequence = sale.sync_sequence
        JOIN commission_boost.completed_sync AS s ON s.client_id = g.client_id AND s.sequence = g.sync_sequence
        JOIN commission_boost.boost AS b ON b.client_id = g.client_id AND b.creator_id = g.creator_id
        CROSS JOIN LATERAL (VALUES ('activation', b.activation_date, b.activation_sync_sequence),
                                   ('expiry', b.expired_on, b.expiry_sync_sequence))
          AS r (reading, business_date, sync_sequence)
        WHERE r.business_date = g.business_date AND r.sync_sequence < g.sync_sequence AND g.difference_minor <> 0
        ON CONFLICT DO NOTHING
        RETURNING *)
      SELECT noted.boost_id, b.redemption_id, b.creator_id, noted.reading, noted.business_date::text AS business_date,
             noted.sync_sequence, noted.sync_id, noted.difference_minor
      FROM noted JOIN commission_boost.boost AS b ON b.client_id = noted.client_id AND b.id = noted.boost_id
      ORDER BY noted.sync_sequence, noted.boost_id`);
    return rows.map(toCorrection);
  }
}

function toCorrection(row: CorrectionRow): Correction {
  return {
    boostId: row.boost_id,
    redemptionId: row.redemption_id,
    creatorId: row.creator_id,
    reading: row.reading,
    businessDate: row.business_date,
    syncSequence: Number(row.sync_sequence),
    syncId: row.sync_id,
    differenceMinor: BigInt(row.difference_minor),
  };
}

interface CorrectionRow {
  boost_id: BoostId;
  redemption_id: RedemptionId;
  creator_id: CreatorId;
  reading: ReadingKind;
  business_date: CalendarDate;
  sync_sequence: string;
  sync_id: SyncId;
  difference_minor: string;
}
