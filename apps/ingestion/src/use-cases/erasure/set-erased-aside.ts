import type { CreatorId, SyncId } from '#libs/kernel';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Fingerprints } from '#libs/secrets';
import { Injectable } from '@nestjs/common';
import { namesIn } from '../../domain/handle/mentions.ts';
import type { Sync } from '../../domain/sync/sync.ts';
import { ErasedHandleRepository } from '../../persistence/erased-handle.repository.ts';
import { SetAsideRepository, type RefusedIn } from '../../persistence/set-aside.repository.ts';

export const HANDLE_FIELD = 'creator.handle';

/** Tells the rows of erased creators in a staged file. A client that has erased nobody pays one look for it. */
@Injectable()
export class SetErasedAside {
  readonly #database: Database;
  readonly #handles: ErasedHandleRepository;
  readonly #aside: SetAsideRepository;
  readonly #fingerprints: Fingerprints;

  constructor(
    database: Database,
    handles: ErasedHandleRepository,
    aside: SetAsideRepository,
    fingerprints: Fingerprints,
  ) {
    this.#database = database;
    this.#handles = handles;
    this.#aside = aside;
    this.#fingerprints = fingerprints;
  }

  /** Whose handles the file has, by handle. From here on until the transaction ends nobody loses a handle. Writes nothing. */
  async find(syncId: SyncId, tx: TenantTransaction): Promise<ReadonlyMap<string, CreatorId>> {
    await this.#handles.hold(tx);
    const erased = await this.#handles.all(tx);
    if (erased.size === 0) return new Map();
    return this.#among(await this.#aside.listNames(syncId, tx), erased, tx);
  }

  setAside(syncId: SyncId, found: ReadonlyMap<string, CreatorId>, tx: TenantTransaction): Promise<void> {
    return found.size === 0 ? Promise.resolve() : this.#aside.setAside(syncId, [...found.keys()], tx);
  }

  async rename(syncId: SyncId, found: ReadonlyMap<string, CreatorId>, tx: TenantTransaction): Promise<void> {
    if (found.size > 0) await this.#aside.rename(syncId, found, tx);
  }

  /** Erases the text of rows that are refused for something else and name an erased creator all the same. */
  async forgetMentions({ clientId, syncId }: Sync): Promise<void> {
    const erased = await this.#database.inTenant(clientId, (tx) => this.#handles.all(tx));
    if (erased.size === 0) return;
    for (const table of ['staged_row', 'staged_difference'] as const) {
      let afterLine: number | undefined = 0;
      while (afterLine !== undefined) {
        const page: Parameters<SetAsideRepository['listRefused']>[0] = { syncId, table, afterLine };
        afterLine = await this.#database.inTenant(clientId, (tx) => this.#forgetPage(page, erased, tx));
      }
    }
  }

  async #forgetPage(
    page: { readonly syncId: SyncId; readonly table: RefusedIn; readonly afterLine: number },
    erased: ReadonlyMap<string, CreatorId>,
    tx: TenantTransaction,
  ): Promise<number | undefined> {
    const rows = await this.#aside.listRefused(page, tx);
    const named = rows.map(({ line, raw }) => ({ line, names: namesIn(raw) }));
    const all = new Set(named.flatMap(({ names }) => [...names]));
    const found = await this.#among([...all], erased, tx);
    const lines = named
      .filter(({ names }) => [...found.keys()].some((name) => names.has(name)))
      .map(({ line }) => line);
    if (lines.length > 0) await this.#aside.eraseText({ ...page, lines }, tx);
    return rows.at(-1)?.line;
  }

  async #among(
    names: readonly string[],
    erased: ReadonlyMap<string, CreatorId>,
    tx: TenantTransaction,
  ): Promise<ReadonlyMap<string, CreatorId>> {
    const fingerprint = await this.#fingerprints.keyed(HANDLE_FIELD, tx);
    const found = new Map<string, CreatorId>();
    for (const name of names) {
      const creatorId = erased.get(fingerprint(name).toString('hex'));
      if (creatorId !== undefined) found.set(name, creatorId);
    }
    return found;
  }
}
