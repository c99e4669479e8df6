import type { ClientId, SyncId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Sync } from '../domain/sync/sync.ts';
import { StagingRepository } from '../persistence/staging.repository.ts';
import { SyncRepository } from '../persistence/sync.repository.ts';
import { BookChunk } from './book-chunk.ts';
import { CompareSync } from './compare-sync.ts';

/** The token of how many clients' syncs one process compares and books side by side. */
export const INGEST_CONCURRENCY = Symbol('INGEST_CONCURRENCY');

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
    if (sync.status === 'staged') return this.#compare.execute(sync);
    if (sync.status === 'booking' && sequence !== null) return this.#book.execute({ ...sync, sequence });
    if (sync.status !== 'held') await this.#clear(sync);
    return false;
  }

  /** What is left behind when a crash comes first, a reconciler sweeps up. */
  async #clear(sync: Sync): Promise<void> {
    const staged = { syncId: sync.syncId, rows: sync.manifest?.accepted ?? 0 };
    await this.#database.inTenant(sync.clientId, (tx) => this.#staging.clearDifferences(staged, tx));
  }
}

/**
 * Drives syncs on in this process, a few at a time. A process that has just staged a file begins at once; what it leaves
 * undone, because it stops or dies, the reconcilers of any process take up.
 */
@Injectable()
export class RunSyncs implements BeforeApplicationShutdown {
  readonly #advance: AdvanceSync;
  readonly #width: number;
  readonly #logger = new Logger(RunSyncs.name);
  readonly #waiting = new Map<SyncId, ClientId>();
  readonly #running = new Map<SyncId, Promise<void>>();
  #stopping = false;

  constructor(advance: AdvanceSync, @Inject(INGEST_CONCURRENCY) width: number) {
    this.#advance = advance;
    this.#width = width;
  }

  /** Has the sync driven on as soon as there is room for it; does not wait for that. */
  poke(clientId: ClientId, syncId: SyncId): void {
    if (this.#running.has(syncId)) return;
    this.#waiting.set(syncId, clientId);
    this.#fill();
  }

  /** True while the process is at the sync or is about to be. */
  has(syncId: SyncId): boolean {
    return this.#running.has(syncId) || this.#waiting.has(syncId);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping = true;
    this.#waiting.clear();
    await Promise.all(this.#running.values());
  }

  #fill(): void {
    for (const [syncId, clientId] of this.#waiting) {
      if (this.#stopping || this.#running.size >= this.#width) return;
      this.#waiting.delete(syncId);
      const run = this.#run(clientId, syncId).finally(() => {
        this.#running.delete(syncId);
        this.#fill();
      });
      this.#running.set(syncId, run);
    }
  }

  async #run(clientId: ClientId, syncId: SyncId): Promise<void> {
    try {
      for (let more = true; more && !this.#stopping; ) more = await this.#advance.step(clientId, syncId);
    } catch (error) {
      this.#logger.error({ err: error, clientId, syncId }, 'a sync did not get on; it will be tried again');
    }
  }
}
