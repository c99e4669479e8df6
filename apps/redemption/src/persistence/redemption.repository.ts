import type { CreatorId, RedemptionId, RewardId } from '#libs/kernel';
import { prepared, sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { RedemptionStanding, RedemptionStatus } from '../domain/redemption/redemption-state.ts';
import { VIEW_COLUMNS, VIEW_JOINS, type RedemptionView } from './redemption-row.ts';

/** An unclaimed or claimed row, locked for a claim. */
export interface LockedRow {
  readonly id: RedemptionId;
  readonly rewardId: RewardId;
  readonly status: RedemptionStatus;
  readonly hidden: boolean;
}

@Injectable()
export class RedemptionRepository {
  find(id: RedemptionId, tx: TenantTransaction): Promise<RedemptionView | undefined> {
    return tx.maybeOne<RedemptionView>(
      prepared(
        'redemption',
        sql`
          SELECT ${VIEW_COLUMNS} FROM redemption.redemption d ${VIEW_JOINS}
          WHERE d.client_id = ${tx.clientId} AND d.id = ${id}`,
      ),
    );
  }

  async creatorOf(id: RedemptionId, tx: TenantTransaction): Promise<CreatorId | undefined> {
    const row = await tx.maybeOne<{ creatorId: CreatorId }>(sql`
      SELECT creator_id AS "creatorId" FROM redemption.redemption WHERE client_id = ${tx.clientId} AND id = ${id}`);
    return row?.creatorId;
  }

  /** Of concurrent claims of one row one locks it first, and the others then see it claimed. */
  lockForClaim(id: RedemptionId, creatorId: CreatorId, tx: TenantTransaction): Promise<LockedRow | undefined> {
    return tx.maybeOne<LockedRow>(
      prepared(
        'redemption-for-claim',
        sql`
          SELECT id, reward_id AS "rewardId", status, hidden_reason IS NOT NULL AS hidden FROM redemption.redemption
          WHERE client_id = ${tx.clientId} AND id = ${id} AND creator_id = ${creatorId} FOR NO KEY UPDATE`,
      ),
    );
  }

  /**
   * Locks first and reads after it, in a statement of its own: a subquery beside the lock would still be told of the
   * parcel as it was when the wait for the lock began, and the second of two shippings would run into its key.
   */
  async lockStanding(id: RedemptionId, tx: TenantTransaction): Promise<RedemptionStanding | undefined> {
    await tx.execute(sql`
      SELECT FROM redemption.redemption WHERE client_id = ${tx.clientId} AND id = ${id} FOR NO KEY UPDATE`);
    return tx.maybeOne<RedemptionStanding>(sql`
      SELECT d.status, r.type, r.source,
             EXISTS (SELECT FROM redemption.shipment s WHERE s.client_id = d.client_id AND s.redemption_id = d.id) AS shipped
      FROM redemption.redemption d JOIN redemption.reward r ON r.client_id = d.client_id AND r.id = d.reward_id
      WHERE d.client_id = ${tx.clientId} AND d.id = ${id}`);
  }

  /**
   * What leaves `claimable` is no longer hidden: the loser of a raffle is told, also of a reward that is disabled.
   * @returns those that were in `from`: of a repeated step none.
   */
  async advance(
    ids: readonly RedemptionId[],
    step: { readonly from: RedemptionStatus; readonly to: RedemptionStatus },
    tx: TenantTransaction,
  ): Promise<RedemptionId[]> {
    const rows = await tx.many<{ id: RedemptionId }>(
      prepared(
        'redemption-advance',
        sql`
          UPDATE redemption.redemption SET status = ${step.to}, hidden_reason = NULL
          WHERE client_id = ${tx.clientId} AND id = ANY(${ids}::uuid[]) AND status = ${step.from} RETURNING id`,
      ),
    );
    return rows.map((row) => row.id);
  }
}
