import type { CalendarDate } from '#libs/kernel';
import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

/** Payouts whose details are given and whose hold is over, and which nobody has released yet. */
function releasable(today: CalendarDate): Statement {
  return sql`status = 'pending_payout' AND released_at IS NULL AND expiry_date + clearing_days <= ${today}`;
}

@Injectable()
export class ReleaseRepository {
  async lanes(today: CalendarDate, tx: TenantTransaction): Promise<number[]> {
    const rows = await tx.many<{ lane: number }>(sql`
      SELECT DISTINCT lane FROM commission_boost.boost
      WHERE client_id = ${tx.clientId} AND ${releasable(today)} ORDER BY lane`);
    return rows.map((row) => row.lane);
  }

  async count(today: CalendarDate, tx: TenantTransaction): Promise<number> {
    const { releasable: count } = await tx.one<{ releasable: number }>(sql`
      SELECT count(*)::int AS releasable FROM commission_boost.boost
      WHERE client_id = ${tx.clientId} AND ${releasable(today)}`);
    return count;
  }

  /** The lane must be held. @returns how many it released */
  async release(
    chunk: { readonly lane: number; readonly limit: number; readonly today: CalendarDate; readonly at: Date },
    tx: TenantTransaction,
  ): Promise<number> {
    return tx.execute(sql`
      UPDATE commission_boost.boost SET released_at = ${chunk.at}
      WHERE client_id = ${tx.clientId} AND id IN (
        SELECT id FROM commission_boost.boost
        WHERE client_id = ${tx.clientId} AND lane = ${chunk.lane} AND ${releasable(chunk.today)}
        ORDER BY expiry_date + clearing_days, id LIMIT ${chunk.limit})`);
  }
}
