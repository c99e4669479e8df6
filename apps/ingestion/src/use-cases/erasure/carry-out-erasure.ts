import type { ClientId, ErasureId, SyncId } from '#libs/kernel';
import { keyOf, lockLanes } from '#libs/messaging';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Fingerprints } from '#libs/secrets';
import { Injectable } from '@nestjs/common';
import { ErasedHandleRepository } from '../../persistence/erased-handle.repository.ts';
import { ErasureSweepRepository, type Sweep } from '../../persistence/erasure-sweep.repository.ts';
import { SyncProgressRepository } from '../../persistence/sync-progress.repository.ts';
import { AdvanceErasure } from './advance-erasure.ts';
import { HANDLE_FIELD } from './set-erased-aside.ts';

type Hunted = Sweep & { readonly handle: string };

/** Reading a client's whole snapshot. */
const READING_MS = 120_000;

/** What the erasure finds the handle by. */
@Injectable()
export class ErasureTables {
  readonly handles: ErasedHandleRepository;
  readonly sweep: ErasureSweepRepository;
  readonly progress: SyncProgressRepository;

  constructor(handles: ErasedHandleRepository, sweep: ErasureSweepRepository, progress: SyncProgressRepository) {
    this.handles = handles;
    this.sweep = sweep;
    this.progress = progress;
  }
}

/**
 * Erases a handle in this service. First the creator loses it and its hash is remembered, in one moment between two
 * comparisons: files that are compared later set its rows aside by themselves. Then the file that was on its way is let
 * pass, and whatever has been written before is searched. Each part may be done again; a crash goes on where it stopped.
 */
@Injectable()
export class CarryOutErasure {
  readonly #database: Database;
  readonly #tables: ErasureTables;
  readonly #fingerprints: Fingerprints;
  readonly #advance: AdvanceErasure;

  constructor(database: Database, tables: ErasureTables, fingerprints: Fingerprints, advance: AdvanceErasure) {
    this.#database = database;
    this.#tables = tables;
    this.#fingerprints = fingerprints;
    this.#advance = advance;
  }

  /** @returns false when it is done here, or has to wait */
  async execute(clientId: ClientId, id: ErasureId): Promise<boolean> {
    const sweep = await this.#database.inTenant(clientId, (tx) => this.#takeHandle(id, tx));
    if (sweep?.handle === undefined || sweep.handle === null) return false;
    const hunted: Hunted = { ...sweep, handle: sweep.handle };
    if (!(await this.#letFilePass(clientId, hunted))) return false;
    if (await this.#sweepQuarantine(clientId, hunted)) return true;
    await this.#database.inTenant(clientId, (tx) => this.#tables.sweep.sweepManifests(hunted, tx));
    await this.#sweepVideos(clientId, hunted);
    await this.#database.inTenant(clientId, (tx) => this.#end(hunted, tx));
    return false;
  }

  async #takeHandle(id: ErasureId, tx: TenantTransaction): Promise<Sweep | undefined> {
    const { handles, sweep } = this.#tables;
    const found = await sweep.lock(id, tx);
    if (found === undefined || found.handle !== null) return found;
    if (!(await handles.tryToChange(tx))) return found;
    const handle = await handles.take(found.creatorId, tx);
    if (handle === undefined) return found;
    await handles.remember(await this.#fingerprints.of(HANDLE_FIELD, handle, tx), found.creatorId, tx);
    await sweep.begin(id, handle, tx);
    return sweep.lock(id, tx);
  }

  /** @returns false while the file that was open when the creator lost its handle is not compared, or is just at work */
  async #letFilePass(clientId: ClientId, hunted: Hunted): Promise<boolean> {
    const { openSyncId } = hunted;
    if (openSyncId === null) return true;
    return this.#database.inTenant(clientId, (tx) => this.#sweepStaging({ ...hunted, openSyncId }, tx));
  }

  async #sweepStaging(hunted: Hunted & { openSyncId: SyncId }, tx: TenantTransaction): Promise<boolean> {
    const { sweep, progress } = this.#tables;
    if (await sweep.isOnItsWay(hunted.openSyncId, tx)) return false;
    if (!(await progress.claim(hunted.openSyncId, tx))) return false;
    await sweep.sweepDifferences(hunted, tx);
    return true;
  }

  /** @returns true when there may be more */
  async #sweepQuarantine(clientId: ClientId, hunted: Hunted): Promise<boolean> {
    const { sweep } = this.#tables;
    const { named, last } = await this.#database.inTenant(clientId, (tx) => sweep.pageOfQuarantine(hunted, tx), {
      timeoutMs: READING_MS,
    });
    if (last === undefined) return false;
    await this.#database.inTenant(clientId, (tx) => sweep.sweepQuarantine(hunted.id, { named, last }, tx));
    return true;
  }

  async #sweepVideos(clientId: ClientId, hunted: Hunted): Promise<void> {
    const { sweep } = this.#tables;
    const found = await this.#database.inTenant(clientId, (tx) => sweep.listVideos(hunted, tx), {
      timeoutMs: READING_MS,
    });
    if (found.keys.length === 0) return;
    await this.#database.inTenant(clientId, (tx) => sweep.sweepVideos(hunted.id, found, tx));
  }

  async #end({ id, creatorId }: Hunted, tx: TenantTransaction): Promise<void> {
    await lockLanes(tx, [keyOf(tx.clientId, creatorId)]);
    const { sweep } = this.#tables;
    const found = await sweep.lock(id, tx);
    if (found === undefined || found.handle === null) return;
    await sweep.end(id, tx);
    const erased = [
      { what: 'handle', count: 1 },
      { what: 'quarantined_rows', count: found.quarantinedRows },
      { what: 'manifests', count: found.manifests },
      { what: 'video_addresses', count: found.videos },
    ];
    await this.#advance.note(id, { service: 'ingestion', stage: 'erased', obligations: [], erased }, tx);
  }
}
