import type { BoostId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Boost } from '../domain/boost/boost.ts';
import type { PayoutAttempt } from '../domain/payout/payout-run.ts';
import { BOOST_COLUMNS, toBoost, type BoostRow } from './boost-row.ts';

type AttemptRow = Omit<PayoutAttempt, 'amountMinor'> & { readonly amountMinor: string };

const ATTEMPT = sql`
  run_id AS "runId", boost_id AS "boostId", creator_id AS "creatorId", reference, amount_minor AS "amountMinor",
  payment_detail_version AS "paymentDetailVersion", status, transaction_id AS "transactionId", settled_at AS "settledAt"`;

export interface Settlement {
  readonly reference: string;
  readonly status: 'paid' | 'failed';
  readonly transactionId: string | null;
}

export interface LateSuccess {
  readonly boostId: BoostId;
  readonly reference: string;
  readonly transactionId: string;
}

/** Single payouts of runs. */
@Injectable()
export class PayoutAttemptRepository {
  /** In the order of their boosts. @param after the last boost of the page before */
  async page(
    runId: string,
    window: { readonly after: string | undefined; readonly fetch: number },
    tx: TenantTransaction,
  ): Promise<PayoutAttempt[]> {
    const behind = window.after === undefined ? sql`` : sql`AND boost_id > ${window.after}`;
    const rows = await tx.many<AttemptRow>(sql`
      SELECT ${ATTEMPT} FROM commission_boost.payout_attempt
      WHERE client_id = ${tx.clientId} AND run_id = ${runId} ${behind} ORDER BY boost_id LIMIT ${window.fetch}`);
    return rows.map(toAttempt);
  }

  /** A boost that is in an open run is paid by it alone. The boost must be locked: runs take up none that is. */
  async isInOpenRun(boostId: BoostId, tx: TenantTransaction): Promise<boolean> {
    const row = await tx.maybeOne(sql`
      SELECT 1 AS found FROM commission_boost.payout_attempt
      WHERE client_id = ${tx.clientId} AND boost_id = ${boostId} AND status = 'pending'`);
    return row !== undefined;
  }

  async withReferences(references: readonly string[], tx: TenantTransaction): Promise<PayoutAttempt[]> {
    const rows = await tx.many<AttemptRow>(sql`
      SELECT ${ATTEMPT} FROM commission_boost.payout_attempt
      WHERE client_id = ${tx.clientId} AND reference = ANY (${references}::text[])`);
    return rows.map(toAttempt);
  }

  /** The boosts as they are now, kept so until the transaction ends. */
  async lockBoosts(ids: readonly BoostId[], tx: TenantTransaction): Promise<Map<BoostId, Boost>> {
    const rows = await tx.many<BoostRow>(sql`
      SELECT ${BOOST_COLUMNS} FROM commission_boost.boost
      WHERE client_id = ${tx.clientId} AND id = ANY (${ids}::uuid[]) ORDER BY id FOR UPDATE`);
    return new Map(rows.map((row) => [row.id, toBoost(row)]));
  }

  /** Those of the transactions that have paid a boost, or arrived late for one. */
  async knownTransactions(ids: readonly string[], tx: TenantTransaction): Promise<string[]> {
    return (await this.#uses(ids, tx)).map(({ transactionId }) => transactionId);
  }

  /** Whether the transaction has paid, or arrived late for, a boost beside this one. */
  async isOfAnother(boostId: BoostId, transactionId: string | null, tx: TenantTransaction): Promise<boolean> {
    if (transactionId === null) return false;
    return (await this.#uses([transactionId], tx)).some((use) => use.boostId !== boostId);
  }

  #uses(ids: readonly string[], tx: TenantTransaction): Promise<{ boostId: BoostId; transactionId: string }[]> {
    return tx.many(sql`
      SELECT id AS "boostId", transaction_id AS "transactionId" FROM commission_boost.boost
      WHERE client_id = ${tx.clientId} AND transaction_id = ANY (${ids}::text[]) AND transaction_id <> 'zero'
      UNION ALL
      SELECT boost_id, transaction_id FROM commission_boost.payout_late_success
      WHERE client_id = ${tx.clientId} AND transaction_id = ANY (${ids}::text[])`);
  }

  /** Of these boosts, those of which an attempt that was settled otherwise has arrived after all. */
  async arrivedLate(boostIds: readonly BoostId[], tx: TenantTransaction): Promise<Set<BoostId>> {
    const rows = await tx.many<{ id: BoostId }>(sql`
      SELECT DISTINCT boost_id AS id FROM commission_boost.payout_late_success
      WHERE client_id = ${tx.clientId} AND boost_id = ANY (${boostIds}::uuid[])`);
    return new Set(rows.map(({ id }) => id));
  }

  /** The open runs that hold these boosts, by boost. */
  async openRuns(boostIds: readonly BoostId[], tx: TenantTransaction): Promise<Map<BoostId, string>> {
    const rows = await tx.many<{ id: BoostId; runId: string }>(sql`
      SELECT boost_id AS id, run_id AS "runId" FROM commission_boost.payout_attempt
      WHERE client_id = ${tx.clientId} AND boost_id = ANY (${boostIds}::uuid[]) AND status = 'pending'`);
    return new Map(rows.map(({ id, runId }) => [id, runId]));
  }

  /** By which attempts of the boost that were settled otherwise have arrived after all. */
  async lateTransactions(boostId: BoostId, tx: TenantTransaction): Promise<string[]> {
    const rows = await tx.many<{ id: string }>(sql`
      SELECT DISTINCT transaction_id AS id FROM commission_boost.payout_late_success
      WHERE client_id = ${tx.clientId} AND boost_id = ${boostId} ORDER BY transaction_id`);
    return rows.map(({ id }) => id);
  }

  async settle(
    settlements: readonly Settlement[],
    by: { readonly at: Date; readonly adminId: string },
    tx: TenantTransaction,
  ): Promise<void> {
    if (settlements.length === 0) return;
    await tx.execute(sql`
      UPDATE commission_boost.payout_attempt AS a
      SET status = s.status, transaction_id = s.transaction_id, settled_at = ${by.at}, settled_by = ${by.adminId}
      FROM unnest(
        ${settlements.map(({ reference }) => reference)}::text[], ${settlements.map(({ status }) => status)}::text[],
        ${settlements.map(({ transactionId }) => transactionId)}::text[]) AS s (reference, status, transaction_id)
      WHERE a.client_id = ${tx.clientId} AND a.reference = s.reference`);
  }

  /** Told again changes nothing. */
  async noteLate(
    late: readonly LateSuccess[],
    by: { readonly at: Date; readonly adminId: string },
    tx: TenantTransaction,
  ): Promise<void> {
    if (late.length === 0) return;
    await tx.execute(sql`
      INSERT INTO commission_boost.payout_late_success
        (client_id, boost_id, reference, transaction_id, noted_at, noted_by)
      SELECT ${tx.clientId}, boost_id, reference, transaction_id, ${by.at}, ${by.adminId}
      FROM unnest(
        ${late.map(({ boostId }) => boostId)}::uuid[], ${late.map(({ reference }) => reference)}::text[],
        ${late.map(({ transactionId }) => transactionId)}::text[]) AS l (boost_id, reference, transaction_id)
      ON CONFLICT DO NOTHING`);
  }
}

function toAttempt(row: AttemptRow): PayoutAttempt {
  return { ...row, amountMinor: BigInt(row.amountMinor) };
}
