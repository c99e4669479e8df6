import type { BoostId, CalendarDate } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Boost } from '../domain/boost/boost.ts';
import type { LatestReading } from '../domain/payout/provisional-figure.ts';

/** How active boosts stand. */
@Injectable()
export class ProvisionalRepository {
  /**
   * The creators' GMV as of the watermark, by boost. A boost that waits behind a parked key although its end has come is
   * read at the first sync of its end and not beyond: what is sold later never counts.
   */
  async latestReadings(boosts: readonly Boost[], tx: TenantTransaction): Promise<Map<BoostId, LatestReading>> {
    const active = boosts.filter((boost) => boost.status === 'active').map((boost) => boost.id);
    if (active.length === 0) return new Map();
    const rows = await tx.many<{ id: BoostId; business_date: CalendarDate; gmv_minor: string }>(sql`
      SELECT b.id, s.business_date::text AS business_date, coalesce(g.lifetime_gmv_minor, 0)::bigint AS gmv_minor
      FROM commission_boost.boost AS b
      JOIN commission_boost.watermark AS w ON w.client_id = b.client_id
      CROSS JOIN LATERAL (
        SELECT least(w.sequence, (SELECT min(sequence) FROM commission_boost.completed_sync
                                  WHERE client_id = b.client_id AND business_date >= b.expiry_date)) AS sequence) AS latest
      JOIN commission_boost.completed_sync AS s ON s.client_id = b.client_id AND s.sequence = latest.sequence
      LEFT JOIN LATERAL (
        SELECT lifetime_gmv_minor FROM commission_boost.creator_gmv
        WHERE client_id = b.client_id AND creator_id = b.creator_id AND sync_sequence <= latest.sequence
        ORDER BY sync_sequence DESC LIMIT 1) AS g ON true
      WHERE b.client_id = ${tx.clientId} AND b.id = ANY (${active}::uuid[])`);
    return new Map(
      rows.map((row) => [row.id, { businessDate: row.business_date, gmvMinor: BigInt(row.gmv_minor) }]),
    );
  }
}
