import type { CalendarDate, CreatorId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

/** What an event of ingestion says of a creator as a whole. */
export interface IngestedTotal {
  readonly creatorId: CreatorId;
  readonly syncSequence: number;
  readonly businessDate: CalendarDate;
  /** Of the program under which it was booked. */
  readonly programVersion: number;
  /** After the sync, in the program's metric. */
  readonly lifetime: bigint;
}

@Injectable()
export class IngestedTotalRepository {
  /** Keeps the latest of each creator, which the caller hands over once. It holds their lane, so none comes from behind. */
  async keep(tx: TenantTransaction, totals: readonly IngestedTotal[]): Promise<void> {
    if (totals.length === 0) return;
    await tx.execute(sql`
      INSERT INTO tier_evaluation.ingested_total (client_id, creator_id, sync_sequence, business_date, program_version, lifetime)
      SELECT ${tx.clientId}::uuid, * FROM unnest(
        ${totals.map(({ creatorId }) => creatorId)}::uuid[], ${totals.map(({ syncSequence }) => syncSequence)}::bigint[],
        ${totals.map(({ businessDate }) => businessDate)}::date[],
        ${totals.map(({ programVersion }) => programVersion)}::int[], ${totals.map(({ lifetime }) => lifetime)}::bigint[])
      ON CONFLICT (client_id, creator_id) DO UPDATE
      SET sync_sequence = excluded.sync_sequence, business_date = excluded.business_date,
          program_version = excluded.program_version, lifetime = excluded.lifetime`);
  }

  /** Of events that are not booked: the total alone, for the rest says how far the booking has come. */
  async keepLifetimes(tx: TenantTransaction, totals: readonly IngestedTotal[]): Promise<void> {
    await tx.execute(sql`
      INSERT INTO tier_evaluation.ingested_total (client_id, creator_id, sync_sequence, business_date, program_version, lifetime)
      SELECT ${tx.clientId}::uuid, creator_id, 0, business_date, 0, lifetime
      FROM unnest(${totals.map(({ creatorId }) => creatorId)}::uuid[],
                  ${totals.map(({ businessDate }) => businessDate)}::date[],
                  ${totals.map(({ lifetime }) => lifetime)}::bigint[]) AS told (creator_id, business_date, lifetime)
      ON CONFLICT (client_id, creator_id) DO UPDATE SET lifetime = excluded.lifetime`);
  }
}
