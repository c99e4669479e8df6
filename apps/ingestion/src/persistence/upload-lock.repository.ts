import type { SyncId } from '#libs/kernel';
import { Database, sql, type Transaction } from '#libs/persistence';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

type Session = ReturnType<Database['dataSource']['createQueryRunner']>;

/**
 * Tells who still receives a file: as long as its process lives, the sync's lock is held by the one session that the
 * process keeps for this. A process that dies loses its session and every lock with it. (A transaction a file would need
 * a second connection a file, and uploads that wait for each other's connections.)
 */
@Injectable()
export class UploadLockRepository implements OnApplicationShutdown {
  readonly #database: Database;
  readonly #held = new Set<SyncId>();
  #session: Session | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Makes the id of a new sync and holds its lock from before the sync can be seen. */
  async holdNew(): Promise<SyncId> {
    const { id } = await this.#ask<{ id: SyncId }>(
      `SELECT id, pg_advisory_lock(hashtextextended('ingestion.upload:' || id, 0)) FROM (SELECT uuidv7()::text AS id) AS made`,
    );
    this.#held.add(id);
    return id;
  }

  /** @returns false when the sync's file is being received */
  async holdAgain(syncId: SyncId): Promise<boolean> {
    // The session would be given the lock that it has.
    if (this.#held.has(syncId)) return false;
    this.#held.add(syncId);
    let held = false;
    try {
      ({ held } = await this.#ask<{ held: boolean }>(
        `SELECT pg_try_advisory_lock(hashtextextended('ingestion.upload:' || $1, 0)) AS held`,
        syncId,
      ));
    } finally {
      if (!held) this.#held.delete(syncId);
    }
    return held;
  }

  async release(syncId: SyncId): Promise<void> {
    // A session that is gone has given its locks back already.
    if (!this.#held.delete(syncId) || this.#session?.isReleased !== false) return;
    await this.#ask(`SELECT pg_advisory_unlock(hashtextextended('ingestion.upload:' || $1, 0))`, syncId);
  }

  /** True when no process receives the sync: until the end of the transaction nobody will. */
  async isAbandoned(syncId: SyncId, tx: Transaction): Promise<boolean> {
    const { free } = await tx.one<{ free: boolean }>(sql`
      SELECT pg_try_advisory_xact_lock(hashtextextended('ingestion.upload:' || ${syncId}::text, 0)) AS free`);
    return free;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#session?.release();
  }

  /** One statement after the other: it is one session. */
  #ask<Row>(statement: string, ...values: string[]): Promise<Row> {
    const answer = this.#last.then(() => this.#askNow<Row>(statement, values));
    this.#last = answer.then(nothing, nothing);
    return answer;
  }

  async #askNow<Row>(statement: string, values: readonly string[]): Promise<Row> {
    if (this.#session?.isReleased !== false) this.#session = this.#database.dataSource.createQueryRunner();
    const session = this.#session;
    try {
      const [row] = (await session.query(statement, [...values])) as [Row];
      return row;
    } catch (error) {
      this.#session = undefined;
      await session.release();
      throw error;
    }
  }
}

function nothing(): void {
  return undefined;
}
