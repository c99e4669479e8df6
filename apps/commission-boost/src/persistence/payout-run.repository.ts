import type { BoostId, CreatorId, Currency } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { AttemptStatus, PayoutRun, RunState } from '../domain/payout/payout-run.ts';

export interface FrozenPayout {
  readonly boostId: BoostId;
  readonly creatorId: CreatorId;
  readonly version: number;
}

export interface RunSums {
  readonly status: AttemptStatus;
  readonly payouts: number;
  readonly amountMinor: bigint;
}

export interface RunExport {
  readonly number: number;
  readonly exportedAt: Date;
  readonly exportedBy: string;
}

const RUN = sql`
  id, state, currency, programme_date::text AS "programmeDate", created_at AS "createdAt", created_by AS "createdBy",
  ended_at AS "endedAt"`;

/**
 * Boosts that a run takes up: payable, above 0, and in no run that still may pay them. One whose earlier attempt has
 * arrived after all is left to a person: nobody shall be paid twice; and nobody who is being erased.
 */
const TAKEN_UP = sql`
  b.status = 'pending_payout' AND b.released_at IS NOT NULL AND b.final_payout_minor > 0
  AND NOT EXISTS (SELECT FROM commission_boost.payout_attempt AS a
                  WHERE a.client_id = b.client_id AND a.boost_id = b.id AND a.status <> 'failed')
  AND NOT EXISTS (SELECT FROM commission_boost.payout_late_success AS l
                  WHERE l.client_id = b.client_id AND l.boost_id = b.id)
  AND NOT EXISTS (SELECT FROM commission_boost.creator_erasure AS e
                  WHERE e.client_id = b.client_id AND e.creator_id = b.creator_id AND e.stage <> 'refused')`;

/** Runs of payouts, from the freezing to the end. */
@Injectable()
export class PayoutRunRepository {
  /** Of what may be taken up, the currency of the first boost; undefined when there is nothing. */
  async payableCurrency(tx: TenantTransaction): Promise<Currency | undefined> {
    const row = await tx.maybeOne<{ currency: Currency }>(sql`
      SELECT b.currency FROM commission_boost.boost AS b
      WHERE b.client_id = ${tx.clientId} AND ${TAKEN_UP} ORDER BY b.lane, b.id LIMIT 1`);
    return row?.currency;
  }

  async begin(
    run: Pick<PayoutRun, 'currency' | 'programmeDate' | 'createdAt' | 'createdBy'>,
    tx: TenantTransaction,
  ): Promise<PayoutRun> {
    return tx.one<PayoutRun>(sql`
      INSERT INTO commission_boost.payout_run (client_id, currency, programme_date, created_at, created_by)
      VALUES (${tx.clientId}, ${run.currency}, ${run.programmeDate}, ${run.createdAt}, ${run.createdBy})
      RETURNING ${RUN}`);
  }

  find(id: string, tx: TenantTransaction): Promise<PayoutRun | undefined> {
    return tx.maybeOne<PayoutRun>(
      sql`SELECT ${RUN} FROM commission_boost.payout_run WHERE client_id = ${tx.clientId} AND id = ${id}`,
    );
  }

  /** Kept in its state until the transaction ends. */
  async keep(id: string, state: RunState, tx: TenantTransaction): Promise<PayoutRun | undefined> {
    return tx.maybeOne<PayoutRun>(sql`
      SELECT ${RUN} FROM commission_boost.payout_run
      WHERE client_id = ${tx.clientId} AND id = ${id} AND state = ${state} FOR SHARE`);
  }

  /** Newest first. @param before the last id of the page before */
  list(
    window: { readonly before: string | undefined; readonly fetch: number },
    tx: TenantTransaction,
  ): Promise<PayoutRun[]> {
    const older = window.before === undefined ? sql`` : sql`AND id < ${window.before}`;
    return tx.many<PayoutRun>(sql`
      SELECT ${RUN} FROM commission_boost.payout_run
      WHERE client_id = ${tx.clientId} ${older} ORDER BY id DESC LIMIT ${window.fetch}`);
  }

  async freezing(tx: TenantTransaction): Promise<string[]> {
    const rows = await tx.many<{ id: string }>(sql`
      SELECT id FROM commission_boost.payout_run
      WHERE client_id = ${tx.clientId} AND state = 'freezing' ORDER BY id`);
    return rows.map(({ id }) => id);
  }

  /**
   * Takes up a part of a lane, which must be held: nobody else then pays these boosts, changes what they pay, or takes
   * them into another run. @returns none when the lane has no more
   */
  async freeze(
    run: PayoutRun,
    chunk: { readonly lane: number; readonly limit: number },
    tx: TenantTransaction,
  ): Promise<FrozenPayout[]> {
    return tx.many<FrozenPayout>(sql`
      INSERT INTO commission_boost.payout_attempt
        (client_id, run_id, boost_id, creator_id, reference, amount_minor, payment_detail_version)
      SELECT client_id, ${run.id}, id, creator_id, 'P' || upper(left(replace(gen_random_uuid()::text, '-', ''), 29)),
             final_payout_minor, payment_detail_version
      FROM commission_boost.boost AS b
      WHERE b.client_id = ${tx.clientId} AND b.lane = ${chunk.lane} AND b.currency = ${run.currency} AND ${TAKEN_UP}
      ORDER BY b.id LIMIT ${chunk.limit}
      RETURNING boost_id AS "boostId", creator_id AS "creatorId", payment_detail_version AS version`);
  }

  /** Everything payable is in it. One that found nothing is at its end. @returns false when it was open before */
  async open(id: string, at: Date, tx: TenantTransaction): Promise<boolean> {
    const pending = sql`EXISTS (SELECT FROM commission_boost.payout_attempt
                                WHERE client_id = ${tx.clientId} AND run_id = ${id} AND status = 'pending')`;
    const changed = await tx.execute(sql`
      UPDATE commission_boost.payout_run
      SET state = CASE WHEN ${pending} THEN 'open' ELSE 'ended' END, ended_at = CASE WHEN ${pending} THEN NULL ELSE ${at}::timestamptz END
      WHERE client_id = ${tx.clientId} AND id = ${id} AND state = 'freezing'`);
    return changed > 0;
  }

  /** Ends the runs of these that have no pending payout left. */
  async end(ids: readonly string[], at: Date, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      UPDATE commission_boost.payout_run AS r SET state = 'ended', ended_at = ${at}
      WHERE r.client_id = ${tx.clientId} AND r.id = ANY (${ids}::uuid[]) AND r.state = 'open' AND NOT EXISTS (
        SELECT FROM commission_boost.payout_attempt AS a
        WHERE a.client_id = r.client_id AND a.run_id = r.id AND a.status = 'pending')`);
  }

  async sums(id: string, tx: TenantTransaction): Promise<RunSums[]> {
    const rows = await tx.many<{ status: AttemptStatus; payouts: number; amount: string }>(sql`
      SELECT status, count(*)::float8 AS payouts, sum(amount_minor)::bigint AS amount
      FROM commission_boost.payout_attempt WHERE client_id = ${tx.clientId} AND run_id = ${id} GROUP BY status`);
    return rows.map(({ status, payouts, amount }) => ({ status, payouts, amountMinor: BigInt(amount) }));
  }

  exports(id: string, tx: TenantTransaction): Promise<RunExport[]> {
    return tx.many<RunExport>(sql`
      SELECT number, exported_at AS "exportedAt", exported_by AS "exportedBy" FROM commission_boost.payout_export
      WHERE client_id = ${tx.clientId} AND run_id = ${id} ORDER BY number`);
  }

  /** @returns false when somebody was given this number before */
  async noteExport(id: string, given: RunExport, tx: TenantTransaction): Promise<boolean> {
    const noted = await tx.execute(sql`
      INSERT INTO commission_boost.payout_export (client_id, run_id, number, exported_at, exported_by)
      VALUES (${tx.clientId}, ${id}, ${given.number}, ${given.exportedAt}, ${given.exportedBy})
      ON CONFLICT DO NOTHING`);
    return noted > 0;
  }
}
