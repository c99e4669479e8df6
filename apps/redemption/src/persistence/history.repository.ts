import type { RedemptionId } from '#libs/kernel';
import { prepared, sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { RedemptionCommand, RedemptionStatus } from '../domain/redemption/redemption-state.ts';

export interface Actor {
  readonly kind: 'creator' | 'admin' | 'system';
  /** Nobody's for the system. */
  readonly id: string | null;
}

export interface TakenStep {
  readonly command: RedemptionCommand;
  readonly from: RedemptionStatus;
  readonly to: RedemptionStatus;
  readonly actor: Actor;
  readonly at: Date;
  readonly notes?: string | undefined;
}

@Injectable()
export class HistoryRepository {
  /** The same step of many redemptions. */
  async record(redemptionIds: readonly RedemptionId[], step: TakenStep, tx: TenantTransaction): Promise<void> {
    if (redemptionIds.length === 0) return;
    await tx.execute(
      prepared(
        'history',
        sql`
          INSERT INTO redemption.redemption_transition
            (client_id, redemption_id, command, from_status, to_status, actor_kind, actor_id, notes, happened_at)
          SELECT ${tx.clientId}, redemption_id, ${step.command}, ${step.from}, ${step.to}, ${step.actor.kind},
                 ${step.actor.id}, ${step.notes ?? null}, ${step.at}
          FROM unnest(${redemptionIds}::uuid[]) AS redemption_id`,
      ),
    );
  }

  async recordShipment(
    redemptionId: RedemptionId,
    parcel: { readonly carrier: string; readonly trackingNumber: string; readonly at: Date },
    tx: TenantTransaction,
  ): Promise<void> {
    await tx.execute(sql`
      INSERT INTO redemption.shipment (client_id, redemption_id, carrier, tracking_number, shipped_at)
      VALUES (${tx.clientId}, ${redemptionId}, ${parcel.carrier}, ${parcel.trackingNumber}, ${parcel.at})`);
  }
}
