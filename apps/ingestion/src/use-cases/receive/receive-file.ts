import { LaurelError } from '#libs/contracts';
import { decimalsOf } from '#libs/kernel';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { StagedRow } from '../../domain/row/staged-row.ts';
import type { Sync } from '../../domain/sync/sync.ts';
import { StagingRepository } from '../../persistence/staging.repository.ts';
import { SyncProgressRepository } from '../../persistence/sync-progress.repository.ts';
import { SyncRepository } from '../../persistence/sync.repository.ts';
import { Feed } from './feed.ts';
import { STAGING_LOST } from './file-faults.ts';
import { FileReading, type FileProgress } from './read-file.ts';

/** A staging transaction takes this much of the file, */
const SLICE_CHARACTERS = 8 * 2 ** 20;
/** or what comes in this time: the relay waits for every writing transaction, so a slow upload must not be one. */
const SLICE_MS = 400;

/** Stages a file while it comes, a slice at a time, without ever holding more than a piece of it. */
@Injectable()
export class ReceiveFile {
  readonly #database: Database;
  readonly #staging: StagingRepository;
  readonly #syncs: SyncRepository;
  readonly #progress: SyncProgressRepository;

  constructor(database: Database, staging: StagingRepository, syncs: SyncRepository, progress: SyncProgressRepository) {
    this.#database = database;
    this.#staging = staging;
    this.#syncs = syncs;
    this.#progress = progress;
  }

  /**
   * @returns the sync that booked this very file before, or undefined when the file is staged now
   * @throws LaurelError for a file that is refused whole
   */
  async execute(sync: Sync, body: AsyncIterable<Buffer>): Promise<Sync | undefined> {
    const progress = await this.stage(sync, body);
    return this.#database.inTenant(sync.clientId, (tx) => this.#finish(sync, progress, tx));
  }

  /** @throws LaurelError for a file that is refused whole */
  async stage(sync: Sync, body: AsyncIterable<Buffer>): Promise<FileProgress> {
    const reading = new FileReading({ businessDate: sync.businessDate, decimals: decimalsOf(sync.currency) });
    const feed = new Feed(reading.rows(body));
    try {
      while (await feed.hasMore()) {
        await this.#database.inTenant(sync.clientId, async (tx) => {
          await this.#staging.copy(sync.syncId, slice(feed), tx);
          if (sync.status === 'receiving') await this.#note(sync, reading.progress, tx);
        });
      }
    } finally {
      feed.close();
    }
    await this.#assertKept(sync, reading.progress.firstLine);
    return reading.progress;
  }

  /**
   * A crash of the database in the middle of the file takes what was staged by then, and what comes after it would pass
   * for the file. It takes all, so the first row is the one to look for; from here on there is everything or nothing.
   */
  async #assertKept({ clientId, syncId }: Sync, firstLine: number | undefined): Promise<void> {
    const isKept = await this.#database.inTenant(
      clientId,
      async (tx) => firstLine !== undefined && (await this.#staging.hasLine(syncId, firstLine, tx)),
    );
    if (!isKept) throw new LaurelError('sync.staging_lost', STAGING_LOST.detail);
  }

  async #note(sync: Sync, progress: FileProgress, tx: TenantTransaction): Promise<void> {
    if (await this.#progress.noteReceived(sync.syncId, progress, tx)) return;
    throw new LaurelError('sync.upload_interrupted', 'the upload was given up while it was received');
  }

  async #finish(sync: Sync, progress: FileProgress, tx: TenantTransaction): Promise<Sync | undefined> {
    const { sha256, ignoredColumns, rows } = progress;
    if (sha256 === undefined) throw new Error('the file is not read to its end');
    const first = await this.#syncs.findAcceptedFile({ businessDate: sync.businessDate, sha256 }, tx);
    if (first !== undefined) {
      await this.#staging.clearRows({ syncId: sync.syncId, rows }, tx);
      await this.#progress.forget(sync.syncId, tx);
      return first;
    }
    await this.#note(sync, progress, tx);
    if (await this.#progress.markStaged(sync.syncId, { sha256, ignoredColumns }, tx)) return undefined;
    throw new LaurelError('sync.upload_interrupted', 'the upload was given up while it was received');
  }
}

function slice(feed: Feed<readonly StagedRow[]>): AsyncGenerator<readonly StagedRow[]> {
  let characters = 0;
  return feed.slice(SLICE_MS, (rows) => {
    for (const row of rows) characters += row.raw.length;
    return characters >= SLICE_CHARACTERS;
  });
}
