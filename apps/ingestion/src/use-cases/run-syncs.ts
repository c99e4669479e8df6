import type { ClientId, SyncId } from '#libs/kernel';
import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { AdvanceSync } from './advance-sync.ts';

/** The token of how many clients' syncs one process compares and books side by side. */
export const INGEST_CONCURRENCY = Symbol('INGEST_CONCURRENCY');

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
      for (let more = true; more && !this.#stopping;) more = await this.#advance.step(clientId, syncId);
    } catch (error) {
      this.#logger.error({ err: error, clientId, syncId }, 'a sync did not get on; it will be tried again');
    }
  }
}
