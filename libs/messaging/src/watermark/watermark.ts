import type { CalendarDate, ClientId, SyncId } from '#libs/kernel';
import { sql, trustedSql, type Database, type Statement, type Transaction } from '#libs/persistence';
import type { CompletedSync } from './completed-sync.ts';

/**
 * How far a service has come in each client's syncs. A sync is reached when it is completed and every event it has
 * published is seen (applied, or set aside in a parked key); it is applied when everything due by its date is done.
 * Syncs are reached and applied strictly one after another.
 */
export class Watermark {
  readonly #database: Database;
  readonly #schema: Statement;

  constructor(database: Database, schema: string) {
    this.#database = database;
    this.#schema = trustedSql(schema);
  }

  /** Clients with a completed sync that is not yet applied, whether it is reached or not. */
  async clientsWithOpenSyncs(): Promise<ClientId[]> {
    const rows = await this.#database.inStatement((tx) =>
      tx.many<{ client_id: ClientId }>(sql`
        SELECT client_id FROM ${this.#schema}.watermark
        WHERE completed_sequence > applied_sequence ORDER BY client_id`),
    );
    return rows.map((row) => row.client_id);
  }

  /**
   * Moves the client's watermark to the sync after the latest applied one, if that sync is completed and all its events
   * are seen. Never moves further before `markApplied`.
   * @returns the sync that is reached and not yet applied; undefined when there is none (yet)
   */
  async advance(clientId: ClientId): Promise<CompletedSync | undefined> {
    return this.#database.inTransaction(async (tx) => {
      const next = await this.#nextSync(tx, clientId);
      if (next === undefined || next.reached) return next?.sync;
      if ((await this.#seen(tx, next.sync)) < next.sync.expected) return undefined;
      await tx.execute(sql`
        UPDATE ${this.#schema}.watermark
        SET sequence = ${next.sync.sequence}, business_date = ${next.sync.businessDate}, moved_at = now()
        WHERE client_id = ${clientId} AND sequence = ${next.sync.sequence} - 1`);
      return next.sync;
    });
  }

  /**
   * Notes, in the caller's transaction, that a reached sync is applied.
   * @returns true the first time, when the caller appends `sync-application.finished`; false when somebody was faster
   */
  async markApplied(tx: Transaction, clientId: ClientId, sequence: number): Promise<boolean> {
    const moved = await tx.execute(sql`
      UPDATE ${this.#schema}.watermark SET applied_sequence = ${sequence}, moved_at = now()
      WHERE client_id = ${clientId} AND applied_sequence = ${sequence} - 1 AND sequence >= ${sequence}`);
    return moved === 1;
  }

  /** The watermark's row is locked, so that two processes sum the counts one after the other. */
  async #nextSync(tx: Transaction, clientId: ClientId): Promise<{ sync: CompletedSync; reached: boolean } | undefined> {
    const mark = await tx.maybeOne<{ applied: string; sequence: string }>(sql`
      SELECT applied_sequence AS applied, sequence FROM ${this.#schema}.watermark
      WHERE client_id = ${clientId} FOR UPDATE`);
    if (mark === undefined) return undefined;
    const sequence = Number(mark.applied) + 1;
    const row = await tx.maybeOne<CompletedSyncRow>(sql`
      SELECT sync_id, business_date::text AS business_date, previous_business_date::text AS previous_business_date,
             expected, file_sha256
      FROM ${this.#schema}.completed_sync WHERE client_id = ${clientId} AND sequence = ${sequence}`);
    if (row === undefined) return undefined;
    const sync: CompletedSync = {
      clientId,
      sequence,
      syncId: row.sync_id,
      businessDate: row.business_date,
      previousBusinessDate: row.previous_business_date,
      expected: Number(row.expected),
      fileSha256: row.file_sha256,
    };
    return { sync, reached: Number(mark.sequence) >= sequence };
  }

  async #seen(tx: Transaction, sync: CompletedSync): Promise<number> {
    const { seen } = await tx.one<{ seen: string }>(sql`
      SELECT coalesce(sum(seen), 0)::bigint AS seen FROM ${this.#schema}.sync_count
      WHERE client_id = ${sync.clientId} AND sequence = ${sync.sequence}`);
    return Number(seen);
  }
}

interface CompletedSyncRow {
  sync_id: SyncId;
  business_date: CalendarDate;
  previous_business_date: CalendarDate | null;
  expected: string;
  file_sha256: string;
}
