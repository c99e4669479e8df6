import type { CalendarDate, CreatorId } from '#libs/kernel';
import { prepared, sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Standing } from '../domain/standing/standing.ts';
import { STANDING_COLUMNS, toStanding, type StandingRow } from './standing-row.ts';

export interface TierRow {
  readonly standing: Standing;
  /** In force. */
  readonly programVersion: number;
  /** As `ProgrammeDateRepository.today` tells it; null before the first sync. */
  readonly today: CalendarDate | null;
}

/** What a creator's page asks for most often, in one read. */
@Injectable()
export class TierReadingRepository {
  /** Undefined for a creator who is not known (yet), or of a client without a program. */
  async find(tx: TenantTransaction, creatorId: CreatorId): Promise<TierRow | undefined> {
    const row = await tx.maybeOne<StandingRow & { version: number; today: CalendarDate | null }>(
      prepared(
        'tier-reading',
        sql`
          SELECT ${STANDING_COLUMNS}, c.version, greatest(a.business_date, d.programme_date)::text AS today
          FROM tier_evaluation.client_program c
          JOIN tier_evaluation.standing s ON s.client_id = c.client_id AND s.creator_id = ${creatorId}
          LEFT JOIN tier_evaluation.watermark w ON w.client_id = c.client_id
          LEFT JOIN tier_evaluation.completed_sync a ON a.client_id = w.client_id AND a.sequence = w.applied_sequence
          LEFT JOIN tier_evaluation.programme_date d ON d.client_id = w.client_id
          WHERE c.client_id = ${tx.clientId}`,
      ),
    );
    return row && { standing: toStanding(row), programVersion: row.version, today: row.today };
  }
}
