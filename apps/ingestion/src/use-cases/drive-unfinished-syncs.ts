import { Database } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { SyncProgressRepository } from '../persistence/sync-progress.repository.ts';
import { SyncRepository } from '../persistence/sync.repository.ts';
import { UploadLockRepository } from '../persistence/upload-lock.repository.ts';
import { RunSyncs } from './run-syncs.ts';

/** Takes up what a process has left undone, in whatever step it died. */
@Injectable()
export class DriveUnfinishedSyncs {
  readonly #database: Database;
  readonly #syncs: SyncRepository;
  readonly #progress: SyncProgressRepository;
  readonly #locks: UploadLockRepository;
  readonly #run: RunSyncs;

  constructor(
    database: Database,
    syncs: SyncRepository,
    progress: SyncProgressRepository,
    locks: UploadLockRepository,
    run: RunSyncs,
  ) {
    this.#database = database;
    this.#syncs = syncs;
    this.#progress = progress;
    this.#locks = locks;
    this.#run = run;
  }

  async execute(): Promise<void> {
    const unfinished = await this.#database.inTransaction((tx) => this.#syncs.listUnfinished(tx));
    for (const { clientId, syncId, status } of unfinished) {
      if (status === 'staged' || status === 'booking') this.#run.poke(clientId, syncId);
      if (status === 'receiving') {
        await this.#database.inTenant(clientId, async (tx) => {
          if (!(await this.#locks.isAbandoned(syncId, tx))) return;
          const detail = 'the process that received the file has ended; send it again';
          await this.#progress.abandon(syncId, { code: 'sync.upload_interrupted', detail }, tx);
        });
      }
    }
  }
}
