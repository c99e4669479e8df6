import { LaurelError } from '#libs/contracts';
import type { ClientId, SyncId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Sync } from '../domain/sync/sync.ts';
import {
  QuarantineRepository,
  type QuarantinedPage,
  type QuarantinedRow,
} from '../persistence/quarantine.repository.ts';
import { SyncRepository } from '../persistence/sync.repository.ts';

const EXPORT_PAGE = 5_000;

@Injectable()
export class ReadSyncs {
  readonly #database: Database;
  readonly #syncs: SyncRepository;
  readonly #quarantine: QuarantineRepository;

  constructor(database: Database, syncs: SyncRepository, quarantine: QuarantineRepository) {
    this.#database = database;
    this.#syncs = syncs;
    this.#quarantine = quarantine;
  }

  async find(clientId: ClientId, syncId: SyncId): Promise<Sync> {
    const sync = await this.#database.inTenant(clientId, (tx) => this.#syncs.find(syncId, tx));
    if (sync === undefined) throw new LaurelError('not_found', 'there is no such sync');
    return sync;
  }

  list(clientId: ClientId, page: { after: string | undefined; fetch: number }): Promise<Sync[]> {
    return this.#database.inTenant(clientId, (tx) => this.#syncs.list(page, tx));
  }

  listQuarantine(
    clientId: ClientId,
    page: { syncId: SyncId; afterLine: number; fetch: number },
  ): Promise<QuarantinedPage> {
    return this.#database.inTenant(clientId, (tx) => this.#quarantine.list(page, tx));
  }

  /** The whole quarantine, a page at a time, as it is asked for. */
  async *streamQuarantine(clientId: ClientId, syncId: SyncId): AsyncGenerator<readonly QuarantinedRow[]> {
    let afterLine = 0;
    for (;;) {
      const { rows } = await this.listQuarantine(clientId, { syncId, afterLine, fetch: EXPORT_PAGE });
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows;
      afterLine = last.line;
    }
  }
}
