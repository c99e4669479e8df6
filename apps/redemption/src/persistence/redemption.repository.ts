import type { CreatorId, RedemptionId, RewardId } from '#libs/kernel';
import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import {
  REDEMPTION_STATUSES,
  type RedemptionStanding,
  type RedemptionStatus,
} from '../domain/redemption/redemption-state.ts';
import { VIEW_COLUMNS, VIEW_JOINS, type RedemptionView } from './redemption-row.ts';

export interface RedemptionFilter {
  readonly status?: RedemptionStatus | undefined;
  readonly rewardId?: RewardId | undefined;
  readonly creatorId?: CreatorId | undefined;
  readonly hidden?: boolean | undefined;
}

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
    return tx.maybeOne<RedemptionView>(sql`
      SELECT ${VIEW_COLUMNS} FROM redemption.redemption d ${VIEW_JOINS}
      WHERE d.client_id = ${tx.clientId} AND d.id = ${id}`);
  }

  /** Newest first. @param window.before the last id of the page before */
  async list(
    filter: RedemptionFilter,
    window: { readonly before: string | undefined; readonly fetch: number },
    tx: TenantTransaction,
  ): Promise<RedemptionView[]> {
    return tx.many<RedemptionView>(sql`
      SELECT ${VIEW_COLUMNS} FROM (${pageOf(filter, window, tx)}) AS d ${VIEW_JOINS} ORDER BY d.id DESC`);
  }

  /** Of concurrent claims of one row one locks it first, and the others then see it claimed. */
  lockForClaim(id: RedemptionId, creatorId: CreatorId, tx: TenantTransaction): Promise<LockedRow | undefined> {
    return tx.maybeOne<LockedRow>(sql`
      SELECT id, reward_id AS "rewardId", status, hidden_reason IS NOT NULL AS hidden FROM redemption.redemption
      WHERE client_id = ${tx.clientId} AND id = ${id} AND creator_id = ${creatorId} FOR NO KEY UPDATE`);
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
    const rows = await tx.many<{ id: RedemptionId }>(sql`
      UPDATE redemption.redemption SET status = ${step.to}, hidden_reason = NULL
      WHERE client_id = ${tx.clientId} AND id = ANY(${ids}::uuid[]) AND status = ${step.from} RETURNING id`);
    return rows.map((row) => row.id);
  }
}

/** A reward's rows lie by status and id: the newest of each status, then the newest of those, instead of a sort of all. */
function pageOf(
  filter: RedemptionFilter,
  window: { readonly before: string | undefined; readonly fetch: number },
  tx: TenantTransaction,
): Statement {
  const { status, rewardId, creatorId, hidden } = filter;
  const where = sql`
    d.client_id = ${tx.clientId}
    ${rewardId === undefined ? sql`` : sql`AND d.reward_id = ${rewardId}`}
    ${creatorId === undefined ? sql`` : sql`AND d.creator_id = ${creatorId}`}
    ${hidden === undefined ? sql`` : sql`AND (d.hidden_reason IS NOT NULL) = ${hidden}`}
    ${window.before === undefined ? sql`` : sql`AND d.id < ${window.before}`}`;
  if (status === undefined && rewardId !== undefined && creatorId === undefined) {
    return sql`
      SELECT page.* FROM unnest(${REDEMPTION_STATUSES}::text[]) AS wanted (status) CROSS JOIN LATERAL (
        SELECT d.* FROM redemption.redemption d WHERE ${where} AND d.status = wanted.status
        ORDER BY d.id DESC LIMIT ${window.fetch}) AS page
      ORDER BY page.id DESC LIMIT ${window.fetch}`;
  }
  return sql`
    SELECT d.* FROM redemption.redemption d
    WHERE ${where} ${status === undefined ? sql`` : sql`AND d.status = ${status}`}
    ORDER BY d.id DESC LIMIT ${window.fetch}`;
}
