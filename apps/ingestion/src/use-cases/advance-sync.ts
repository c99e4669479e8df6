import type { ClientId, SyncId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { isLost, type Sync } from '../domain/sync/sync.ts';
import { StagingRepository } from '../persistence/staging.repository.ts';
import { SyncRepository } from '../persistence/sync.repository.ts';
import { BookChunk } from './book-chunk.ts';
import { CompareSync } from './compare-sync.ts';

/** The work on one sync, in steps that each end committed. */
@Injectable()
export class AdvanceSync {
  readonly #database: Database;
  readonly #syncs: SyncRepository;
  readonly #staging: StagingRepository;
  readonly #compare: CompareSync;
  readonly #book: BookChunk;

  constructor(
    database: Database,
    syncs: SyncRepository,
    staging: StagingRepository,
    compare: CompareSync,
    book: BookChunk,
  ) {
    this.#database = database;
    this.#syncs = syncs;
    this.#staging = staging;
    this.#compare = compare;
    this.#book = book;
  }

  /** Does the next step. @returns false when there is none, or another process is at it */
  async step(clientId: ClientId, syncId: SyncId): Promise<boolean> {
    const sync = await this.#database.inTenant(clientId, (tx) => this.#syncs.find(syncId, tx));
    if (sync === undefined) return false;
    const { sequence } = sync;
    if (isLost(sync)) return false;
    if (sync.status === 'staged') return this.#compare.execute(sync);
    if (sync.status === 'booking' && sequence !== null) return this.#book.execute({ ...sync, sequence });
    if (sync.status !== 'held') await this.#clear(sync);
    return false;
  }

  /** What is left behind when a crash comes first, a reconciler sweeps up. */
  async #clear(sync: Sync): Promise<void> {
    const staged = { syncId: sync.syncId, rows: sync.manifest?.accepted ?? sync.rowsRead };
    await this.#database.inTenant(sync.clientId, (tx) => this.#staging.clearDifferences(staged, tx));
  }
}
