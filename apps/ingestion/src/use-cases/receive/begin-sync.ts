import { LaurelError } from '#libs/contracts';
import type { CalendarDate, ClientId } from '#libs/kernel';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Sync } from '../../domain/sync/sync.ts';
import type { Program } from '../../persistence/program.repository.ts';
import { SyncProgressRepository } from '../../persistence/sync-progress.repository.ts';
import { SyncRepository } from '../../persistence/sync.repository.ts';
import { UploadLockRepository } from '../../persistence/upload-lock.repository.ts';
import { inProgress, outOfOrder } from './upload-refusals.ts';

export interface NewUpload {
  readonly clientId: ClientId;
  readonly businessDate: CalendarDate;
  readonly dryRun: boolean;
  /** The body's length as its sender said, in bytes. */
  readonly bytesAnnounced: number | null;
}

/** The record of an upload, from before its first byte to its last. */
@Injectable()
export class BeginSync {
  readonly #database: Database;
  readonly #syncs: SyncRepository;
  readonly #progress: SyncProgressRepository;
  readonly #locks: UploadLockRepository;

  constructor(
    database: Database,
    syncs: SyncRepository,
    progress: SyncProgressRepository,
    locks: UploadLockRepository,
  ) {
    this.#database = database;
    this.#syncs = syncs;
    this.#progress = progress;
    this.#locks = locks;
  }

  /** @returns the open sync; `seen_before_perhaps` for an earlier date that had a file, which may be this one */
  async execute(upload: NewUpload, program: Program): Promise<Sync | 'seen_before_perhaps'> {
    const open = await this.#database.inTenant(upload.clientId, (tx) => this.#syncs.findOpen(tx));
    if (open !== undefined) throw inProgress(open);
    const syncId = await this.#locks.holdNew();
    let begun: Sync | 'seen_before_perhaps' | undefined;
    try {
      begun = await this.#database.inTenant(upload.clientId, async (tx) => {
        // First the place, then the look at the dates: nobody can be booked between the two.
        if (!(await this.#progress.begin({ ...upload, syncId, currency: program.currency }, tx))) return undefined;
        if (!(await this.#isPast(upload, tx))) return this.#syncs.find(syncId, tx);
        await this.#progress.forget(syncId, tx);
        return 'seen_before_perhaps';
      });
      if (begun === undefined) throw await this.#overtaken(upload.clientId);
      return begun;
    } finally {
      if (begun === undefined || begun === 'seen_before_perhaps') await this.#locks.release(syncId);
    }
  }

  /** @returns the error to answer with */
  async fail(sync: Sync, error: unknown): Promise<unknown> {
    const refusal = error instanceof LaurelError ? error : interrupted(error);
    const record = { code: refusal.code, detail: refusal.message };
    await this.#database.inTenant(sync.clientId, (tx) => this.#progress.fail(sync.syncId, record, tx));
    return error instanceof LaurelError || !isAborted(error) ? error : refusal;
  }

  end(sync: Sync): Promise<void> {
    return this.#locks.release(sync.syncId);
  }

  async #isPast(upload: NewUpload, tx: TenantTransaction): Promise<boolean> {
    const latest = await this.#syncs.findLatestAccepted(tx);
    if (latest === undefined || upload.businessDate >= latest.businessDate) return false;
    if (await this.#syncs.hasAcceptedOn(upload.businessDate, tx)) return true;
    throw outOfOrder(upload.businessDate, latest);
  }

  async #overtaken(clientId: ClientId): Promise<LaurelError> {
    return inProgress(await this.#database.inTenant(clientId, (tx) => this.#syncs.findOpen(tx)));
  }
}

function interrupted(cause: unknown): LaurelError {
  const error = new LaurelError('sync.upload_interrupted', 'the upload ended before the file did; send it again');
  error.cause = cause;
  return error;
}

function isAborted(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ECONNRESET' || error.code === 'ERR_STREAM_PREMATURE_CLOSE')
  );
}
