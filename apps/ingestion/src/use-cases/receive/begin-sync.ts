import { LaurelError } from '#libs/contracts';
import { CLOCK, type CalendarDate, type ClientId, type Clock, type SyncId } from '#libs/kernel';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { isLost, type Sync } from '../../domain/sync/sync.ts';
import type { Program } from '../../persistence/program.repository.ts';
import { SyncProgressRepository } from '../../persistence/sync-progress.repository.ts';
import { SyncRepository } from '../../persistence/sync.repository.ts';
import { UploadLockRepository } from '../../persistence/upload-lock.repository.ts';
import { inProgress, outOfOrder, refuseDistant } from './upload-refusals.ts';

export interface NewUpload {
  readonly clientId: ClientId;
  readonly businessDate: CalendarDate;
  readonly dryRun: boolean;
  /** The body's length as its sender said, in bytes. */
  readonly bytesAnnounced: number | null;
}

/**
 * - `begun`: the client's one open sync
 * - `past`: an earlier date that had a file, which may be this one
 * - `lost`: a half booked sync that waits for its file to be sent again, which may be this one
 */
export type Begun = { readonly kind: 'begun' | 'lost'; readonly sync: Sync } | { readonly kind: 'past' };

/** What the record says of an error that is none of the sender's. The sender is told that error. */
const GIVEN_UP = { code: 'sync.upload_interrupted', detail: 'the file could not be taken in; send it again' };

/** The record of an upload, from before its first byte to its last. */
@Injectable()
export class BeginSync {
  readonly #database: Database;
  readonly #syncs: SyncRepository;
  readonly #progress: SyncProgressRepository;
  readonly #locks: UploadLockRepository;
  readonly #clock: Clock;

  constructor(
    database: Database,
    syncs: SyncRepository,
    progress: SyncProgressRepository,
    locks: UploadLockRepository,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.#database = database;
    this.#syncs = syncs;
    this.#progress = progress;
    this.#locks = locks;
    this.#clock = clock;
  }

  async execute(upload: NewUpload, program: Program): Promise<Begun> {
    refuseDistant(upload.businessDate, this.#clock.now());
    // Whoever was first at the same instant is found at the next look, or is through and out of the way.
    for (;;) {
      const begun = await this.#tryOnce(upload, program);
      if (begun !== undefined) return begun;
    }
  }

  /** @returns undefined when another upload has begun at the same instant */
  async #tryOnce(upload: NewUpload, program: Program): Promise<Begun | undefined> {
    const open = await this.#database.inTenant(upload.clientId, (tx) => this.#syncs.findOpen(tx));
    if (open !== undefined && isLost(open) && open.businessDate === upload.businessDate)
      return { kind: 'lost', sync: open };
    if (open !== undefined) throw inProgress(open);
    const syncId = await this.#locks.holdNew();
    let begun: Begun | undefined;
    try {
      begun = await this.#database.inTenant(upload.clientId, async (tx): Promise<Begun | undefined> => {
        // First the place, then the look at the dates: nobody can be booked between the two.
        if (!(await this.#progress.begin({ ...upload, syncId, currency: program.currency }, tx))) return undefined;
        if (!(await this.#isPast(upload, tx))) return this.#shown(syncId, tx);
        await this.#progress.forget(syncId, tx);
        return { kind: 'past' };
      });
      return begun;
    } finally {
      if (begun?.kind !== 'begun') await this.#locks.release(syncId);
    }
  }

  /** The sync that booked this file. @throws LaurelError sync.out_of_order for any other */
  recognise(upload: NewUpload, sha256: string): Promise<Sync> {
    return this.#database.inTenant(upload.clientId, async (tx) => {
      const first = await this.#syncs.findAcceptedFile({ businessDate: upload.businessDate, sha256 }, tx);
      if (first !== undefined) return first;
      throw outOfOrder(upload.businessDate, await this.#syncs.findLatestAccepted(tx));
    });
  }

  async find(sync: Sync): Promise<Sync> {
    return (await this.#database.inTenant(sync.clientId, (tx) => this.#syncs.find(sync.syncId, tx))) ?? sync;
  }

  /** Says of the sync why its file was not taken in. Where that can not be written either, nobody receives it any more. */
  async fail(sync: Sync, error: unknown): Promise<void> {
    const record = error instanceof LaurelError ? { code: error.code, detail: error.message } : GIVEN_UP;
    await this.#database.inTenant(sync.clientId, (tx) => this.#progress.fail(sync.syncId, record, tx));
  }

  end(sync: Sync): Promise<void> {
    return this.#locks.release(sync.syncId);
  }

  async #shown(syncId: SyncId, tx: TenantTransaction): Promise<Begun | undefined> {
    const sync = await this.#syncs.find(syncId, tx);
    return sync && { kind: 'begun', sync };
  }

  async #isPast(upload: NewUpload, tx: TenantTransaction): Promise<boolean> {
    const latest = await this.#syncs.findLatestAccepted(tx);
    if (latest === undefined || upload.businessDate >= latest.businessDate) return false;
    if (await this.#syncs.hasAcceptedOn(upload.businessDate, tx)) return true;
    throw outOfOrder(upload.businessDate, latest);
  }
}
