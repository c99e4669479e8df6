import { LaurelError } from '#libs/contracts';
import { Database } from '#libs/persistence';
import { waitForFact } from '#libs/service-kit';
import { Injectable } from '@nestjs/common';
import type { Sync } from '../../domain/sync/sync.ts';
import { ProgramRepository } from '../../persistence/program.repository.ts';
import { BeginSync, type NewUpload } from './begin-sync.ts';
import { hashOf } from './read-file.ts';
import { ReceiveFile } from './receive-file.ts';
import { TakeUpFile } from './take-up-file.ts';

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
  readonly #begin: BeginSync;
  readonly #receive: ReceiveFile;
  readonly #takeUp: TakeUpFile;

  constructor(
    database: Database,
    programs: ProgramRepository,
    begin: BeginSync,
    receive: ReceiveFile,
    takeUp: TakeUpFile,
  ) {
    this.#database = database;
    this.#programs = programs;
    this.#begin = begin;
    this.#receive = receive;
    this.#takeUp = takeUp;
  }

  async execute(upload: Upload): Promise<Uploaded> {
    const program = await waitForFact(() => this.#database.inTenant(upload.clientId, (tx) => this.#programs.find(tx)));
    if (program === undefined) throw new LaurelError('program.missing', 'the client has no program yet');
    const begun = await this.#begin.execute(upload, program);
    switch (begun.kind) {
      case 'past':
        return { sync: await this.#begin.recognise(upload, await hashOf(upload.body)), again: true };
      case 'lost':
        await this.#takeUp.execute(begun.sync, upload.body);
        return { sync: await this.#begin.find(begun.sync), again: false };
      case 'begun':
        return this.#stage(begun.sync, upload.body);
    }
  }

  async #stage(sync: Sync, body: Upload['body']): Promise<Uploaded> {
    try {
      const first = await this.#receive.execute(sync, body);
      return first === undefined ? { sync: await this.#begin.find(sync), again: false } : { sync: first, again: true };
    } catch (error) {
      await this.#begin.fail(sync, error);
      throw error;
    } finally {
      await this.#begin.end(sync);
    }
  }
}
