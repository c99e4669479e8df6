import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ClientId } from '#libs/kernel';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { EntityManager } from 'typeorm';
import { arrayLiteral } from './array-literal.ts';
import type { ForegroundLatency } from './foreground.ts';
import type { Statement } from './sql.ts';

interface TransactionLimits {
  /** Where statements are timed, if somebody waits for this transaction. */
  readonly foreground?: ForegroundLatency | undefined;
  /** How many it may run; any number when not given. */
  readonly statements?: number;
}

/**
 * An open transaction. Whoever holds one may read and write in it; only `Database` opens, commits and rolls back.
 * Rows come back as Postgres sends them: bigint and numeric as text, dates as text, instants as Date.
 */
export class Transaction {
  readonly #client: pg.PoolClient;
  /** Entities of the small CRUD tables, in this same transaction. */
  readonly entities: EntityManager;
  readonly #foreground: ForegroundLatency | undefined;
  #statementsLeft: number;

  constructor(client: pg.PoolClient, entities: EntityManager, limits: TransactionLimits = {}) {
    this.#client = client;
    this.entities = entities;
    this.#foreground = limits.foreground;
    this.#statementsLeft = limits.statements ?? Number.POSITIVE_INFINITY;
  }

  async many<Row extends object>(statement: Statement): Promise<Row[]> {
    return (await this.#run<Row>(statement)).rows;
  }

  async maybeOne<Row extends object>(statement: Statement): Promise<Row | undefined> {
    const rows = await this.many<Row>(statement);
    if (rows.length > 1) throw new Error(`expected at most one row, got ${rows.length}: ${head(statement)}`);
    return rows[0];
  }

  async one<Row extends object>(statement: Statement): Promise<Row> {
    const row = await this.maybeOne<Row>(statement);
    if (row === undefined) throw new Error(`expected one row, got none: ${head(statement)}`);
    return row;
  }

  /** Runs a statement for its effect. @returns how many rows it touched. */
  async execute(statement: Statement): Promise<number> {
    return (await this.#run(statement)).rowCount ?? 0;
  }

  /**
   * COPYs text rows (`copyLine`) into a table without row-level security. Hand over chunks of about 64 KB: a write per
   * row is seven times slower.
   * @param target `schema.table (column, ...)`, part of the program and never from outside
   */
  async copy(target: string, chunks: AsyncIterable<string | Buffer> | Iterable<string | Buffer>): Promise<number> {
    const stream = this.#client.query(copyFrom(`COPY ${target} FROM STDIN`));
    await pipeline(Readable.from(chunks, { objectMode: true, highWaterMark: 4 }), stream);
    return stream.rowCount;
  }

  async #run<Row extends object>(statement: Statement): Promise<pg.QueryResult<Row>> {
    const { text, name } = statement;
    if (this.#statementsLeft-- < 1) throw new Error(`one statement too many for its transaction: ${head(statement)}`);
    const values = statement.values.map(asSent);
    const begun = performance.now();
    const result = await (name === undefined
      ? this.#client.query<Row>(text, values)
      : this.#client.query<Row>({ name, text, values }));
    this.#foreground?.record(name ?? text, statement.values, performance.now() - begun);
    return result;
  }

  /** Sets the tenant for what follows in this transaction; row-level security then shows and takes only its rows. */
  async enterTenant(clientId: ClientId): Promise<TenantTransaction> {
    if ((this as Partial<TenantTransaction>).clientId !== clientId) await this.#client.query(setTenant(clientId));
    return Object.assign(this, { clientId });
  }
}

/** A transaction in which row-level security shows one client's rows. */
export type TenantTransaction = Transaction & { readonly clientId: ClientId };

/** Values of one row in COPY's text format: tab separated, `\N` for null, control characters escaped. */
export function copyLine(values: readonly (string | number | bigint | boolean | null)[]): string {
  return `${values.map(copyField).join('\t')}\n`;
}

/** One value as it stands in such a row. */
export function copyField(value: string | number | bigint | boolean | null): string {
  if (value === null) return '\\N';
  const text = String(value);
  return /[\\\t\n\r]/.test(text)
    ? text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
    : text;
}

/** SET takes no parameters, so the text must be nothing but a UUID. */
export function setTenant(clientId: ClientId): string {
  if (!/^[0-9a-f-]{36}$/.test(clientId)) throw new RangeError('not a client id');
  return `SET LOCAL laurel.client_id = '${clientId}'`;
}

function asSent(value: unknown): unknown {
  return Array.isArray(value) ? (arrayLiteral(value) ?? value) : value;
}

function head(statement: Statement): string {
  return statement.text.trim().slice(0, 80);
}
