import { CreatorOnboardedV1, CreatorSalesRecordedV1, newEvent, SyncCompletedV1, type NewEvent } from '#libs/contracts';
import type { CreatorId } from '#libs/kernel';
import { keyOf, lockLanes, Outbox } from '#libs/messaging';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Sync } from '../domain/sync/sync.ts';
import { BookingRepository, type BookedCreator } from '../persistence/booking.repository.ts';
import { PartitionRepository } from '../persistence/partition.repository.ts';
import { SyncProgressRepository } from '../persistence/sync-progress.repository.ts';

/** Rows to write in one transaction. A creator is never split, so one with more makes a larger chunk. */
const CHUNK_ROWS = 50_000;
/** What a chunk says of its creators is held in memory, */
const CHUNK_CREATORS = 5_000;
/** and their events, as text, a part of them at a time. */
const APPEND_CREATORS = 500;

/** A sync that has its place among the client's. */
export type BookingSync = Sync & { readonly sequence: number };

interface ChunkPlan {
  /** null: there is nothing left to write. */
  readonly upTo: CreatorId | null;
  readonly creators: ReadonlySet<CreatorId>;
  readonly last: boolean;
}

/**
 * Books a sync chunk by chunk: whole creators, in the order of their ids. Snapshot, ledger, totals, events and the cursor
 * of the sync stand in one transaction, so a crash goes on behind the last chunk that is there. `sync.completed` goes
 * with the last.
 */
@Injectable()
export class BookChunk {
  readonly #database: Database;
  readonly #booking: BookingRepository;
  readonly #partitions: PartitionRepository;
  readonly #progress: SyncProgressRepository;
  readonly #outbox: Outbox;

  constructor(
    database: Database,
    booking: BookingRepository,
    partitions: PartitionRepository,
    progress: SyncProgressRepository,
    outbox: Outbox,
  ) {
    this.#database = database;
    this.#booking = booking;
    this.#partitions = partitions;
    this.#progress = progress;
    this.#outbox = outbox;
  }

  /** @returns false when another process is at the sync, or was */
  async execute(sync: BookingSync): Promise<boolean> {
    if (sync.bookedUpTo === null) await this.#makeRoom(sync);
    return this.#database.inTenant(sync.clientId, (tx) => this.#book(sync, tx));
  }

  async #makeRoom(sync: Sync): Promise<void> {
    const months = await this.#database.inTenant(sync.clientId, (tx) => this.#booking.listNewMonths(sync.syncId, tx));
    await this.#partitions.ensure('video', months);
    await this.#partitions.ensure('sales_entry', [sync.businessDate]);
  }

  async #book(sync: BookingSync, tx: TenantTransaction): Promise<boolean> {
    const { clientId, syncId, bookedUpTo } = sync;
    if (!(await this.#progress.claim(syncId, tx))) return false;
    const ahead = await this.#booking.listCreators({ syncId, after: bookedUpTo, limit: CHUNK_ROWS + 1 }, tx);
    if (ahead.length === 0 && sync.rowsBooked !== sync.manifest?.accepted) return this.#lose(sync, tx);
    const plan = planChunk(ahead);
    const keys = [...plan.creators].map((creatorId) => keyOf(clientId, creatorId));
    await lockLanes(tx, [...keys, ...(plan.last ? [keyOf(clientId, clientId)] : [])]);
    const rows = ahead.reduce((sum, creatorId) => sum + (plan.creators.has(creatorId) ? 1 : 0), 0);
    const cursor = { from: bookedUpTo, to: plan.upTo ?? bookedUpTo, rows, events: plan.creators.size };
    if (!(await this.#progress.moveCursor({ syncId, ...cursor }, tx))) return false;
    if (plan.upTo !== null) await this.#write(sync, plan.upTo, tx);
    if (plan.last)
      await this.#complete(
        sync,
        { rows: sync.rowsBooked + rows, events: sync.eventsAppended + plan.creators.size },
        tx,
      );
    return true;
  }

  /** Unlogged tables are empty after a crash of the database. Whoever moved the cursor meanwhile knows better. */
  async #lose(sync: BookingSync, tx: TenantTransaction): Promise<boolean> {
    const unmoved = { syncId: sync.syncId, from: sync.bookedUpTo, to: sync.bookedUpTo, rows: 0, events: 0 };
    if (!(await this.#progress.moveCursor(unmoved, tx))) return false;
    const detail = 'the database has lost the file before it was booked whole; send the same file again';
    await this.#progress.noteLoss(sync.syncId, { code: 'sync.staging_lost', detail }, tx);
    return false;
  }

  async #write(sync: BookingSync, upTo: CreatorId, tx: TenantTransaction): Promise<void> {
    const chunk = { syncId: sync.syncId, after: sync.bookedUpTo, upTo };
    const booked = await this.#booking.bookCreators(chunk, sync.businessDate, tx);
    await this.#booking.bookVideos(chunk, tx);
    await this.#booking.appendEntries(chunk, sync, tx);
    for (let at = 0; at < booked.length; at += APPEND_CREATORS) {
      const events = booked.slice(at, at + APPEND_CREATORS).flatMap((creator) => eventsOf(sync, creator));
      await this.#outbox.append(tx, events);
    }
  }

  async #complete(sync: BookingSync, total: { rows: number; events: number }, tx: TenantTransaction): Promise<void> {
    const { clientId, syncId } = sync;
    if (total.rows !== sync.manifest?.accepted) {
      throw new Error(`sync ${syncId} has booked ${total.rows} rows of ${sync.manifest?.accepted}`);
    }
    await this.#outbox.append(tx, [
      newEvent(SyncCompletedV1, {
        clientId,
        aggregateId: clientId,
        subject: clientId,
        aggregateVersion: sync.sequence,
        data: {
          syncId,
          syncSequence: sync.sequence,
          businessDate: sync.businessDate,
          previousBusinessDate: sync.previousBusinessDate,
          creatorSalesEvents: total.events,
          fileSha256: sync.fileSha256 ?? '',
        },
      }),
    ]);
    await this.#progress.publish(syncId, tx);
  }
}

/** @param ahead the creator of every row that is next, in order, one more than a chunk may have */
function planChunk(ahead: readonly CreatorId[]): ChunkPlan {
  const beyond = ahead.length > CHUNK_ROWS ? ahead[CHUNK_ROWS] : undefined;
  const creators = new Set<CreatorId>();
  let last = beyond === undefined;
  for (const creatorId of ahead) {
    // The creator at the end may have more rows than were looked at: it waits, unless it is alone.
    if (creatorId === beyond && creators.size > 0) break;
    if (creators.size === CHUNK_CREATORS && !creators.has(creatorId)) {
      last = false;
      break;
    }
    creators.add(creatorId);
  }
  return { upTo: [...creators].at(-1) ?? null, creators, last };
}

function eventsOf(sync: BookingSync, creator: BookedCreator): NewEvent[] {
  const { creatorId } = creator;
  const identified = { clientId: sync.clientId, aggregateId: creatorId, subject: creatorId };
  const sales = newEvent(CreatorSalesRecordedV1, {
    ...identified,
    aggregateVersion: creator.salesVersion,
    data: {
      syncId: sync.syncId,
      syncSequence: sync.sequence,
      businessDate: sync.businessDate,
      previousBusinessDate: sync.previousBusinessDate,
      lifetimeGmvMinor: creator.lifetimeGmvMinor,
      lifetimeUnits: creator.lifetimeUnits,
      differences: [...creator.differences],
    },
  });
  if (!creator.onboarded) return [sales];
  const data = { onboardedOn: sync.businessDate, syncId: sync.syncId };
  return [newEvent(CreatorOnboardedV1, { ...identified, aggregateVersion: 1, data }), sales];
}
