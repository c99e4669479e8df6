import type { ClientId } from '#libs/kernel';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { Transaction, type TenantTransaction } from './transaction.ts';

export interface TransactionOptions {
  /** How long Postgres lets the transaction live; the role's own limit when not given. 0 is without limit. */
  readonly timeoutMs?: number;
}

/** The one way to a service's tables. Every statement runs in a transaction, and a tenant's only with the tenant set. */
export class Database {
  readonly dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  /** Work on one client's rows. Commits when `work` resolves, rolls back when it rejects. */
  inTenant<T>(
    clientId: ClientId,
    work: (tx: TenantTransaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    return this.inTransaction(async (tx) => work(await tx.enterTenant(clientId)), options);
  }

  /**
   * Work on the machinery tables (outbox, inbox, cursors, parked keys, counts, tenants). Row-level security shows no
   * tenant's rows until `enterTenant` is called.
   */
  async inTransaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const client = (await runner.connect()) as pg.PoolClient;
      await client.query(begin(options));
      let result: T;
      try {
        result = await work(new Transaction(client, runner.manager));
      } catch (error) {
        await rollback(client, error);
        throw error;
      }
      const { command } = await client.query('COMMIT');
      // Postgres answers a COMMIT of an aborted transaction with ROLLBACK and no error: somebody caught what failed
      if (command !== 'COMMIT') throw new Error('a statement failed and was caught: the transaction is rolled back');
      return result;
    } finally {
      await runner.release();
    }
  }
}

function begin(options: TransactionOptions): string {
  return options.timeoutMs === undefined
    ? 'BEGIN'
    : `BEGIN; SET LOCAL transaction_timeout = ${Math.trunc(options.timeoutMs)}`;
}

/** A lost connection has rolled back already; the error of the work is the one to tell, with this one attached. */
async function rollback(client: pg.PoolClient, cause: unknown): Promise<void> {
  try {
    await client.query('ROLLBACK');
  } catch (error) {
    if (cause instanceof Error && cause.cause === undefined) cause.cause = error;
  }
}
