import type { BoostId } from '#libs/kernel';
import { prepared, sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { StatementExtent } from '../domain/statement/statement.ts';
import { DUE_BOOSTS } from './due-work.repository.ts';

/** That something has happened to a boost which its latest statement does not tell. */
export interface StatementRequest extends StatementExtent {
  readonly number: string;
  readonly boostId: BoostId;
}

/** What the database has noted of boosts that changed. A request is taken away in the transaction that fulfils it. */
@Injectable()
export class StatementRequestRepository {
  /** The oldest first. @param boostId of this boost alone */
  async pending(
    { boostId, limit }: { readonly boostId?: BoostId; readonly limit: number },
    tx: TenantTransaction,
  ): Promise<StatementRequest[]> {
    const only: Statement = boostId === undefined ? sql`` : sql`AND boost_id = ${boostId}`;
    const rows = await tx.many<RequestRow>(sql`
      SELECT number, boost_id, adjustment_count, is_paid FROM commission_boost.statement_request
      WHERE client_id = ${tx.clientId} ${only} ORDER BY number LIMIT ${limit}`);
    return rows.map((row) => ({
      number: row.number,
      boostId: row.boost_id,
      adjustmentCount: row.adjustment_count,
      isPaid: row.is_paid,
    }));
  }

  async isPending(boostId: BoostId, tx: TenantTransaction): Promise<boolean> {
    const { pending } = await tx.one<{ pending: boolean }>(
      prepared(
        'statement-is-pending',
        sql`
          SELECT EXISTS (SELECT FROM commission_boost.statement_request
                         WHERE client_id = ${tx.clientId} AND boost_id = ${boostId}) AS pending`,
      ),
    );
    return pending;
  }

  async count(tx: TenantTransaction): Promise<number> {
    const { pending } = await tx.one<{ pending: number }>(
      sql`SELECT count(*)::int AS pending FROM commission_boost.statement_request WHERE client_id = ${tx.clientId}`,
    );
    return pending;
  }

  async remove(requests: readonly StatementRequest[], tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      DELETE FROM commission_boost.statement_request
      WHERE client_id = ${tx.clientId} AND number = ANY (${requests.map(({ number }) => number)}::bigint[])`);
  }

  /**
   * True while a sync still moves boosts of the client: whoever makes statements then takes the time of the sync. Those
   * that wait behind a parked key do not count, or they would hold up everybody's statements.
   */
  async isSyncMovingBoosts(tx: TenantTransaction): Promise<boolean> {
    const { moving } = await tx.one<{ moving: boolean }>(sql`
      SELECT EXISTS (SELECT ${DUE_BOOSTS} AND b.client_id = ${tx.clientId}) AS moving`);
    return moving;
  }
}

interface RequestRow {
  number: string;
  boost_id: BoostId;
  adjustment_count: number;
  is_paid: boolean;
}
