import type { ClientId } from '#libs/kernel';
import { sql, trustedSql, type Statement, type TenantTransaction, type Transaction } from '#libs/persistence';

/** A run that is under way, and where it stands. */
export interface RunningRun {
  readonly number: number;
  /** Empty before the first comparison. */
  readonly comparison: string;
  readonly comparedUpTo: string | null;
  readonly differences: number;
}

/** The latest run of a client. */
export interface LatestRun {
  readonly status: 'running' | 'done' | 'superseded';
  readonly compared: number;
  readonly differences: number;
  readonly resolved: number;
}

export type Reason = { readonly night: string } | { readonly askedBy: string };

/** The runs of a service, client by client. */
export class RunStore {
  readonly #schema: Statement;

  constructor(schema: string) {
    this.#schema = trustedSql(schema);
  }

  async clients(tx: Transaction): Promise<ClientId[]> {
    const rows = await tx.many<{ client_id: ClientId }>(sql`
      SELECT client_id FROM ${this.#schema}.tenant ORDER BY client_id`);
    return rows.map((row) => row.client_id);
  }

  async hasNight(tx: TenantTransaction, night: string): Promise<boolean> {
    const row = await tx.maybeOne(sql`
      SELECT 1 FROM ${this.#schema}.reconciliation_run WHERE client_id = ${tx.clientId} AND night = ${night}::date`);
    return row !== undefined;
  }

  /** Several processes may begin at once: the unique indexes let one of them, and the others go on with its run. */
  async begin(tx: TenantTransaction, reason: Reason): Promise<void> {
    const night = 'night' in reason ? reason.night : null;
    const askedBy = 'askedBy' in reason ? reason.askedBy : null;
    await tx.execute(sql`
      INSERT INTO ${this.#schema}.reconciliation_run (client_id, number, night, asked_by)
      SELECT ${tx.clientId}::uuid, coalesce(max(number), 0) + 1, ${night}::date, ${askedBy}
      FROM ${this.#schema}.reconciliation_run WHERE client_id = ${tx.clientId}
      ON CONFLICT DO NOTHING`);
  }

  /** Ends a run that is under way for a new one: whoever asks now wants to know what is true now. */
  async supersede(tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      UPDATE ${this.#schema}.reconciliation_run SET status = 'superseded', finished_at = now()
      WHERE client_id = ${tx.clientId} AND status = 'running'`);
  }

  /** False while another process is comparing for this client. An advisory lock, which needs no xid. */
  async claim(tx: TenantTransaction): Promise<boolean> {
    const { claimed } = await tx.one<{ claimed: boolean }>(sql`
      SELECT pg_try_advisory_xact_lock(hashtextextended(current_user || '.reconcile:' || ${tx.clientId}::text, 0)) AS claimed`);
    return claimed;
  }

  async running(tx: TenantTransaction): Promise<RunningRun | undefined> {
    const row = await tx.maybeOne<Record<keyof RunningRun, string>>(sql`
      SELECT number, comparison, compared_up_to AS "comparedUpTo", differences
      FROM ${this.#schema}.reconciliation_run WHERE client_id = ${tx.clientId} AND status = 'running'`);
    return row && { ...row, number: Number(row.number), differences: Number(row.differences) };
  }

  /** @returns false when the run has been moved or ended since it was read: what was compared is thrown away */
  async advance(
    tx: TenantTransaction,
    from: RunningRun,
    to: {
      readonly comparison: string;
      readonly upTo: string | null;
      readonly rows: number;
      readonly differences: number;
    },
  ): Promise<boolean> {
    const moved = await tx.execute(sql`
      UPDATE ${this.#schema}.reconciliation_run
      SET comparison = ${to.comparison}, compared_up_to = ${to.upTo}, compared = compared + ${to.rows},
          differences = differences + ${to.differences}
      WHERE client_id = ${tx.clientId} AND number = ${from.number} AND status = 'running'
        AND comparison = ${from.comparison} AND compared_up_to IS NOT DISTINCT FROM ${from.comparedUpTo}`);
    return moved === 1;
  }

  async finish(tx: TenantTransaction, run: RunningRun, resolved: number): Promise<void> {
    await tx.execute(sql`
      UPDATE ${this.#schema}.reconciliation_run SET status = 'done', finished_at = now(), resolved = ${resolved}
      WHERE client_id = ${tx.clientId} AND number = ${run.number} AND status = 'running'`);
  }

  async latest(tx: TenantTransaction): Promise<LatestRun | undefined> {
    const row = await tx.maybeOne<Record<keyof LatestRun, string>>(sql`
      SELECT status, compared, differences, resolved FROM ${this.#schema}.reconciliation_run
      WHERE client_id = ${tx.clientId} ORDER BY number DESC LIMIT 1`);
    return (
      row && {
        status: row.status as LatestRun['status'],
        compared: Number(row.compared),
        differences: Number(row.differences),
        resolved: Number(row.resolved),
      }
    );
  }
}
