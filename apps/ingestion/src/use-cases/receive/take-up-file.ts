import { LaurelError } from '#libs/contracts';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { isLost, type Sync } from '../../domain/sync/sync.ts';
import { UploadLockRepository } from '../../persistence/upload-lock.repository.ts';
import { SetErasedAside } from '../erasure/set-erased-aside.ts';
import { COMPARE_TIMEOUT_MS, ComparisonTables } from '../compare-sync.ts';
import { ReceiveFile } from './receive-file.ts';
import { inProgress } from './upload-refusals.ts';

/**
 * Takes the file of a sync again whose staged rows a crash of the database has taken in the middle of booking. Compared
 * with the snapshot as it is by now, what is booked is unchanged, and what is left has creators behind the cursor:
 * those who are known kept their ids, new ones get later ones. So booking goes on as if nothing had been.
 */
@Injectable()
export class TakeUpFile {
  readonly #database: Database;
  readonly #receive: ReceiveFile;
  readonly #tables: ComparisonTables;
  readonly #locks: UploadLockRepository;
  readonly #erased: SetErasedAside;

  constructor(
    database: Database,
    receive: ReceiveFile,
    tables: ComparisonTables,
    locks: UploadLockRepository,
    erased: SetErasedAside,
  ) {
    this.#database = database;
    this.#receive = receive;
    this.#tables = tables;
    this.#locks = locks;
    this.#erased = erased;
  }

  /** @throws LaurelError sync.in_progress for another file: the sync must end first */
  async execute(sync: Sync, body: AsyncIterable<Buffer>): Promise<void> {
    if (!(await this.#locks.holdAgain(sync.syncId))) throw inProgress(sync);
    const staged = { syncId: sync.syncId, rows: sync.rowsRead };
    const clear = () => this.#database.inTenant(sync.clientId, (tx) => this.#tables.staging.clearRows(staged, tx));
    try {
      await clear();
      const { sha256 } = await this.#receive.stage(sync, body);
      if (sha256 !== sync.fileSha256) {
        throw new LaurelError('sync.in_progress', `sync ${sync.syncId} is half booked and waits for its own file`);
      }
      await this.#database.inTenant(sync.clientId, (tx) => this.#compare(sync, tx), { timeoutMs: COMPARE_TIMEOUT_MS });
    } finally {
      await clear();
      await this.#locks.release(sync.syncId);
    }
  }

  async #compare(sync: Sync, tx: TenantTransaction): Promise<void> {
    const { progress, syncs, staging, comparison } = this.#tables;
    const staged = { syncId: sync.syncId, rows: sync.rowsRead, without: [] };
    if (!(await progress.claim(sync.syncId, tx))) throw inProgress(sync);
    const now = await syncs.find(sync.syncId, tx);
    if (now === undefined || !isLost(now)) return;
    await staging.forgetDifferences(sync.syncId, tx);
    // Who was erased since keeps its rows of this file: it was accepted with them, and what is booked must add up to that.
    await this.#erased.rename(sync.syncId, await this.#erased.find(sync.syncId, tx), tx);
    await comparison.compare(staged, tx);
    await progress.takeUp(sync.syncId, tx);
  }
}
