import { LaurelError } from '#libs/contracts';
import { Database } from '#libs/persistence';
import { waitForFact } from '#libs/service-kit';
import { Injectable } from '@nestjs/common';
import type { Sync } from '../../domain/sync/sync.ts';
import { ProgramRepository } from '../../persistence/program.repository.ts';
import { SyncRepository } from '../../persistence/sync.repository.ts';
import { BeginSync, type NewUpload } from './begin-sync.ts';
import { hashOf } from './read-file.ts';
import { ReceiveFile } from './receive-file.ts';
import { outOfOrder } from './upload-refusals.ts';

export interface Upload extends NewUpload {
  readonly body: AsyncIterable<Buffer>;
}

export interface Uploaded {
  readonly sync: Sync;
  /** The file was booked before, by this sync. */
  readonly again: boolean;
}

/** Takes a file of a client: the one open sync, received and staged. Comparing and booking follow by themselves. */
@Injectable()
export class UploadSync {
  readonly #database: Database;
  readonly #programs: ProgramRepository;
  readonly #syncs: SyncRepository;
  readonly #begin: BeginSync;
  readonly #receive: ReceiveFile;

  constructor(
    database: Database,
    programs: ProgramRepository,
    syncs: SyncRepository,
    begin: BeginSync,
    receive: ReceiveFile,
  ) {
    this.#database = database;
    this.#programs = programs;
    this.#syncs = syncs;
    this.#begin = begin;
    this.#receive = receive;
  }

  async execute(upload: Upload): Promise<Uploaded> {
    const program = await waitForFact(() => this.#database.inTenant(upload.clientId, (tx) => this.#programs.find(tx)));
    if (program === undefined) throw new LaurelError('program.missing', 'the client has no program yet');
    const begun = await this.#begin.execute(upload, program);
    if (begun === 'seen_before_perhaps') return { sync: await this.#recognise(upload), again: true };
    try {
      const first = await this.#receive.execute(begun, upload.body);
      return first === undefined ? { sync: await this.#find(begun), again: false } : { sync: first, again: true };
    } catch (error) {
      throw await this.#begin.fail(begun, error);
    } finally {
      await this.#begin.end(begun);
    }
  }

  /** The date is over, but the very file that was booked for it is answered as before. */
  async #recognise(upload: Upload): Promise<Sync> {
    const sha256 = await hashOf(upload.body);
    return this.#database.inTenant(upload.clientId, async (tx) => {
      const first = await this.#syncs.findAcceptedFile({ businessDate: upload.businessDate, sha256 }, tx);
      if (first !== undefined) return first;
      throw outOfOrder(upload.businessDate, await this.#syncs.findLatestAccepted(tx));
    });
  }

  async #find(sync: Sync): Promise<Sync> {
    return (await this.#database.inTenant(sync.clientId, (tx) => this.#syncs.find(sync.syncId, tx))) ?? sync;
  }
}
