import { LaurelError } from '#libs/contracts';
import type { ClientId, SyncId } from '#libs/kernel';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Sync } from '../domain/sync/sync.ts';
import { SyncProgressRepository } from '../persistence/sync-progress.repository.ts';
import { SyncRepository } from '../persistence/sync.repository.ts';
import { RunSyncs } from './run-syncs.ts';

export interface HeldSyncDecision {
  readonly clientId: ClientId;
  readonly syncId: SyncId;
  readonly decidedBy: string;
  readonly decision: 'approve' | 'discard';
}

/** What an admin says to a held sync. The same said again changes nothing; the other is too late. */
@Injectable()
export class DecideHeldSync {
  readonly #database: Database;
  readonly #syncs: SyncRepository;
  readonly #progress: SyncProgressRepository;
  readonly #run: RunSyncs;

  constructor(database: Database, syncs: SyncRepository, progress: SyncProgressRepository, run: RunSyncs) {
    this.#database = database;
    this.#syncs = syncs;
    this.#progress = progress;
    this.#run = run;
  }

  async execute(wanted: HeldSyncDecision): Promise<Sync> {
    const sync = await this.#database.inTenant(wanted.clientId, (tx) => this.#decide(wanted, tx));
    this.#run.poke(wanted.clientId, wanted.syncId);
    return sync;
  }

  async #decide({ syncId, decidedBy, decision }: HeldSyncDecision, tx: TenantTransaction): Promise<Sync> {
    if (decision === 'approve') await this.#progress.beginBooking(syncId, { manifest: null, decidedBy }, tx);
    else await this.#progress.discard(syncId, decidedBy, tx);
    const sync = await this.#syncs.find(syncId, tx);
    if (sync === undefined) throw new LaurelError('not_found', 'there is no such sync');
    const decided = sync.status === 'discarded' ? 'discard' : 'approve';
    if (sync.hold !== null && !sync.dryRun && decided === decision) return sync;
    throw new LaurelError('sync.illegal_state', `sync ${syncId} is ${sync.status}, not held`);
  }
}
