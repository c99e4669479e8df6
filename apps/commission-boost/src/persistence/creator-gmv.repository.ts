import type { CalendarDate, CreatorId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

export interface CreatorGmv {
  readonly creatorId: CreatorId;
  readonly syncSequence: number;
  readonly businessDate: CalendarDate;
  /** Raw, after the sync. */
  readonly lifetimeGmvMinor: bigint;
  /** What the sync changed. */
  readonly differenceMinor: bigint;
}

/** This service's copy of creators' raw lifetime GMV, by sync. */
@Injectable()
export class CreatorGmvRepository {
  /** Append-only; what is known already stays. */
  async append(entries: readonly CreatorGmv[], tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      INSERT INTO commission_boost.creator_gmv
        (client_id, creator_id, sync_sequence, business_date, lifetime_gmv_minor, difference_minor)
      SELECT ${tx.clientId}, * FROM unnest(
        ${entries.map((entry) => entry.creatorId)}::uuid[], ${entries.map((entry) => entry.syncSequence)}::bigint[],
        ${entries.map((entry) => entry.businessDate)}::date[],
        ${entries.map((entry) => entry.lifetimeGmvMinor)}::bigint[],
        ${entries.map((entry) => entry.differenceMinor)}::bigint[])
      ON CONFLICT DO NOTHING`);
  }

  async markForRecheck(
    sales: readonly { readonly lane: number; readonly syncSequence: number; readonly creatorId: CreatorId }[],
    tx: TenantTransaction,
  ): Promise<void> {
    if (sales.length === 0) return;
    await tx.execute(sql`
      INSERT INTO commission_boost.reading_recheck (client_id, lane, sync_sequence, creator_id)
      SELECT ${tx.clientId}, * FROM unnest(
        ${sales.map(({ lane }) => lane)}::smallint[], ${sales.map(({ syncSequence }) => syncSequence)}::bigint[],
        ${sales.map(({ creatorId }) => creatorId)}::uuid[])
      ON CONFLICT DO NOTHING`);
  }
}
