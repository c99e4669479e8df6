import { Database, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { judgeLargest, MOST_POST_DATES } from '../domain/compare/creator-limits.ts';
import { judgeFall } from '../domain/hold/judge-fall.ts';
import type { Manifest } from '../domain/sync/manifest.ts';
import type { Sync } from '../domain/sync/sync.ts';
import { ComparisonRepository, type ComparisonSums } from '../persistence/comparison.repository.ts';
import { CreatorRepository } from '../persistence/creator.repository.ts';
import { StagingRepository } from '../persistence/staging.repository.ts';
import { SyncProgressRepository } from '../persistence/sync-progress.repository.ts';
import { SyncRepository } from '../persistence/sync.repository.ts';
import { SetErasedAside } from './erasure/set-erased-aside.ts';
import { STAGING_LOST } from './receive/file-faults.ts';

const QUARANTINE_PAGE = 20_000;
/** One statement over the whole file, which writes only at its end. */
export const COMPARE_TIMEOUT_MS = 600_000;

/** What the comparison reads and writes. */
@Injectable()
export class ComparisonTables {
  readonly comparison: ComparisonRepository;
  readonly staging: StagingRepository;
  readonly creators: CreatorRepository;
  readonly syncs: SyncRepository;
  readonly progress: SyncProgressRepository;

  constructor(
    comparison: ComparisonRepository,
    staging: StagingRepository,
    creators: CreatorRepository,
    syncs: SyncRepository,
    progress: SyncProgressRepository,
  ) {
    this.comparison = comparison;
    this.staging = staging;
    this.creators = creators;
    this.syncs = syncs;
    this.progress = progress;
  }
}

/**
 * Compares a staged file with the snapshot and decides what becomes of it: booked, held or, a dry run, nothing. Done
 * again after a crash it comes to the same, for nothing of a client is booked while its sync is staged.
 */
@Injectable()
export class CompareSync {
  readonly #database: Database;
  readonly #tables: ComparisonTables;
  readonly #erased: SetErasedAside;

  constructor(database: Database, tables: ComparisonTables, erased: SetErasedAside) {
    this.#database = database;
    this.#tables = tables;
    this.#erased = erased;
  }

  /** @returns false when another process is at the sync, or was */
  async execute(sync: Sync): Promise<boolean> {
    const { clientId } = sync;
    const patient = { timeoutMs: COMPARE_TIMEOUT_MS };
    if (!(await this.#database.inTenant(clientId, (tx) => this.#compare(sync, tx), patient))) return false;
    await this.#erased.forgetMentions(sync);
    await this.#quarantine(sync);
    if (!(await this.#database.inTenant(clientId, (tx) => this.#decide(sync, tx), patient))) return false;
    const staged = { syncId: sync.syncId, rows: sync.rowsRead };
    await this.#database.inTenant(clientId, (tx) => this.#tables.staging.clearRows(staged, tx));
    return true;
  }

  async #compare(sync: Sync, tx: TenantTransaction): Promise<boolean> {
    const { staging, comparison } = this.#tables;
    const { syncId } = sync;
    if ((await this.#claim(sync, tx)) === undefined) return false;
    const erased = await this.#erased.find(syncId, tx);
    await staging.forgetDifferences(syncId, tx);
    await comparison.compare({ syncId, rows: sync.rowsRead, without: [...erased.keys()] }, tx);
    // Last, since a transaction that has written makes the relay wait for it.
    await this.#erased.setAside(syncId, erased, tx);
    return true;
  }

  /** Looks again under the lock: whoever held it may have decided, and a crash may have taken the file since. */
  async #claim(sync: Sync, tx: TenantTransaction): Promise<Sync | undefined> {
    if (!(await this.#tables.progress.claim(sync.syncId, tx))) return undefined;
    const now = await this.#tables.syncs.find(sync.syncId, tx);
    if (now?.status !== 'staged') return undefined;
    if (await this.#tables.staging.isStaged(sync.syncId, tx)) return now;
    await this.#tables.progress.fail(sync.syncId, STAGING_LOST, tx);
    return undefined;
  }

  async #quarantine(sync: Sync): Promise<void> {
    const { comparison } = this.#tables;
    let afterLine = 0;
    for (;;) {
      const page = { syncId: sync.syncId, afterLine, limit: QUARANTINE_PAGE };
      const last = await this.#database.inTenant(sync.clientId, (tx) => comparison.quarantine(page, tx));
      if (last === undefined) return;
      afterLine = last;
    }
  }

  async #decide(sync: Sync, tx: TenantTransaction): Promise<boolean> {
    const { comparison, creators, progress } = this.#tables;
    const { syncId } = sync;
    const compared = await this.#claim(sync, tx);
    if (compared === undefined) return false;
    const sums = await comparison.sum(syncId, tx);
    if (await this.#isTooLarge(sync, sums, tx)) return true;
    const manifest = await this.#manifestOf(compared, sums, tx);
    const fall = { ...manifest, creatorsBefore: await creators.count(tx), creatorsFalling: sums.creatorsFalling };
    const reasons = judgeFall(fall);
    const hold = reasons.length > 0 ? { reasons, falling: await comparison.listMovements(syncId, 'down', tx) } : null;
    if (sync.dryRun) {
      await progress.endDryRun(syncId, { manifest, hold }, tx);
    } else if (hold !== null) {
      await progress.hold(syncId, { manifest, hold }, tx);
    } else {
      await progress.beginBooking(syncId, { manifest, decidedBy: null }, tx);
    }
    return true;
  }

  /** Ends a sync that could not be booked, before anything of it is. */
  async #isTooLarge({ syncId }: Sync, { largestCreator }: ComparisonSums, tx: TenantTransaction): Promise<boolean> {
    const { comparison, progress } = this.#tables;
    if (largestCreator <= MOST_POST_DATES) return false;
    const [detail] = (await comparison.listLargest(syncId, MOST_POST_DATES, tx)).flatMap(
      (of) => judgeLargest(of) ?? [],
    );
    if (detail === undefined) return false;
    return progress.fail(syncId, { code: 'sync.creator_too_large', detail }, tx);
  }

  /** Only syncs move the client's totals, so those before this one are those after the last. */
  async #manifestOf(sync: Sync, sums: ComparisonSums, tx: TenantTransaction): Promise<Manifest> {
    const { comparison, syncs } = this.#tables;
    const before = (await syncs.findLatestAccepted(tx))?.manifest;
    const gmvBeforeMinor = before?.gmvAfterMinor ?? 0n;
    const unitsBefore = before?.unitsAfter ?? 0n;
    const quarantined = sync.rowsFaulty + sums.ownerChanged;
    return {
      rows: sync.rowsRead,
      accepted: sums.accepted,
      unchanged: sync.rowsRead - quarantined - sums.duplicate - sums.accepted,
      duplicate: sums.duplicate,
      quarantined,
      newCreators: sums.newCreators,
      newVideos: sums.newVideos,
      creatorsMoved: sums.creatorsMoved,
      gmvBeforeMinor,
      gmvAfterMinor: gmvBeforeMinor + sums.gmvMinor,
      unitsBefore,
      unitsAfter: unitsBefore + sums.units,
      reasons: await comparison.countReasons(sync.syncId, tx),
      largest: await comparison.listMovements(sync.syncId, 'either', tx),
    };
  }
}
