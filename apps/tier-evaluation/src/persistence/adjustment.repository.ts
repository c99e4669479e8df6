import type { AdjustmentId, CalendarDate, CreatorId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { AdjustmentKind } from '../domain/adjustment/adjustment-value.ts';

export interface RecordedAdjustment {
  readonly id: AdjustmentId;
  readonly creatorId: CreatorId;
  readonly number: number;
  readonly kind: AdjustmentKind;
  readonly reason: string;
  readonly value: bigint;
  readonly effectiveOn: CalendarDate;
  readonly programVersion: number;
  /** Role and subject of the token. */
  readonly recordedBy: string;
  readonly recordedAt: Date;
}

@Injectable()
export class AdjustmentRepository {
  async insert(tx: TenantTransaction, adjustment: RecordedAdjustment): Promise<void> {
    await tx.execute(sql`
      INSERT INTO tier_evaluation.adjustment
        (client_id, id, creator_id, number, kind, reason, value, effective_on, program_version, recorded_by, recorded_at)
      VALUES (${tx.clientId}, ${adjustment.id}, ${adjustment.creatorId}, ${adjustment.number}, ${adjustment.kind},
              ${adjustment.reason}, ${adjustment.value}, ${adjustment.effectiveOn}, ${adjustment.programVersion},
              ${adjustment.recordedBy}, ${adjustment.recordedAt})`);
  }
}
