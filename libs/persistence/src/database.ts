import type { ClientId } from '#libs/kernel';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { ForegroundLatency, isForeground } from './foreground.ts';
import type { Statement } from './sql.ts';
import { setTenant, Transaction, type TenantTransaction } from './transaction.ts';

export interface TransactionOptions {
  /** How long Postgres lets the transaction live; the role's own limit when not given. 0 is without limit. */
  readonly timeoutMs?: number;
  /** For reading: everything as it was at the first statement, whatever commits meanwhile. Nothing can be written. */
  readonly snapshot?: true;
  /**
   * Generic: plans that are made for any client and any number of keys, for writing sets that are found by their keys. A
   * plan made for the very values takes a client that Postgres has not counted yet for one row, and looks up its keys by
   * reading all of its rows, once a key.
   */
  readonly plans?: 'generic';
  /** Statements without parameters that travel with BEGIN, as one message: what the transaction takes before all else. */
  readonly opening?: Statement;
}

/** The one way to a service's tables. Every statement runs in a transaction, and a tenant's only with the tenant set. */
export class Database {
  readonly dataSource: DataSource;
  /** Of requests and consumers: everything that does not run `inBackground`. */
  readonly foreground = new ForegroundLatency();

  constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  /** Work on one client's rows. Commits when `work` resolves, rolls back when it rejects. */
  inTenant<T>(
    clientId: ClientId,
    work: (tx: TenantTransaction) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    return this.#run([begin(options), setTenant(clientId), ...opening(options)], (tx) =>
      work(Object.assign(tx, { clientId })),
    );
  }

  /**
   * Work on the machinery tables (outbox, inbox, cursors, parked keys, counts, tenants). Row-level security shows no
   * tenant's rows until `enterTenant` is called.
   */
  inTransaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return this.#run([begin(options), ...opening(options)], work);
  }

  /**
   * A single read of the machinery tables, which needs no BEGIN and no COMMIT: for loops that mostly find nothing.
   * @throws Error at a second statement, which would be a transaction of its own
   */
  async inStatement<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const client = (await runner.connect()) as pg.PoolClient;
      return await work(new Transaction(client, runner.manager, { statements: 1 }));
    } finally {
      await runner.release();
    }
  }

  /** @param first one message to the server: the first round trip of every transaction */
  async #run<T>(first: readonly string[], work: (tx: Transaction) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    const foreground = isForeground() ? this.foreground : undefined;
    try {
      const begun = performance.now();
      const client = (await runner.connect()) as pg.PoolClient;
      let result: T;
      try {
        await client.query(first.join('; '));
        // With the wait for a connection, which other work of this process may hold.
        foreground?.record(`BEGIN and ${first.length}`, [], performance.now() - begun);
        result = await work(new Transaction(client, runner.manager, { foreground }));
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

/** A timer that runs is not set anew by another length, only by being stopped: the role's own has begun with BEGIN. */
function begin(options: TransactionOptions): string {
  const opened = options.snapshot ? 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' : 'BEGIN';
  const begun = options.plans === 'generic' ? `${opened}; SET LOCAL plan_cache_mode = force_generic_plan` : opened;
  return options.timeoutMs === undefined
    ? begun
    : `${begun}; SET LOCAL transaction_timeout = 0; SET LOCAL transaction_timeout = ${Math.trunc(options.timeoutMs)}`;
}

function opening({ opening: statements }: TransactionOptions): string[] {
  if (statements === undefined) return [];
  if (statements.values.length > 0) throw new Error('what travels with BEGIN has no parameters');
  return [statements.text];
}

/** A lost connection has rolled back already; the error of the work is the one to tell, with this one attached. */
async function rollback(client: pg.PoolClient, cause: unknown): Promise<void> {
  try {
    await client.query('ROLLBACK');
  } catch (error) {
    if (cause instanceof Error && cause.cause === undefined) cause.cause = error;
  }
}
