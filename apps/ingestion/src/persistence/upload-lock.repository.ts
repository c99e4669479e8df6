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
  #session: Session | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Makes the id of a new sync and holds its lock from before the sync can be seen. */
  async holdNew(): Promise<SyncId> {
    const session = (this.#session ??= this.#database.dataSource.createQueryRunner());
    try {
      const [row] = (await session.query(
        `SELECT id, pg_advisory_lock(hashtextextended('ingestion.upload:' || id, 0)) FROM (SELECT uuidv7()::text AS id) AS made`,
      )) as [{ id: SyncId }];
      return row.id;
    } catch (error) {
      await this.#drop(session);
      throw error;
    }
  }

  async release(syncId: SyncId): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    try {
      await session.query(`SELECT pg_advisory_unlock(hashtextextended('ingestion.upload:' || $1, 0))`, [syncId]);
    } catch {
      // The session is gone, and the lock with it.
      await this.#drop(session);
    }
  }

  /** True when no process receives the sync: until the end of the transaction nobody will. */
  async isAbandoned(syncId: SyncId, tx: Transaction): Promise<boolean> {
    const { free } = await tx.one<{ free: boolean }>(sql`
      SELECT pg_try_advisory_xact_lock(hashtextextended('ingestion.upload:' || ${syncId}::text, 0)) AS free`);
    return free;
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.#session !== undefined) await this.#drop(this.#session);
  }

  async #drop(session: Session): Promise<void> {
    if (this.#session === session) this.#session = undefined;
    await session.release();
  }
}
