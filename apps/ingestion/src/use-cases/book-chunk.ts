import { newEvent, SyncCompletedV1 } from '#libs/contracts';
import type { CreatorId } from '#libs/kernel';
import { keyOf, lockLanes, Outbox } from '#libs/messaging';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Sync } from '../domain/sync/sync.ts';
import { BookingRepository, type NextCreator } from '../persistence/booking.repository.ts';
import { PartitionRepository } from '../persistence/partition.repository.ts';
import { SyncProgressRepository } from '../persistence/sync-progress.repository.ts';

/** Rows to write in one transaction. A creator is never split, so one with more makes a larger chunk. */
const CHUNK_ROWS = 50_000;
/** Each of them has an event to write, or two. */
const CHUNK_CREATORS = 5_000;

/** A sync that has its place among the client's. */
export type BookingSync = Sync & { readonly sequence: number };

interface ChunkPlan {
  /** null: there is nothing left to write. */
  readonly upTo: CreatorId | null;
  readonly creatorIds: readonly CreatorId[];
  readonly rows: number;
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
    const plan = await this.#plan(sync, tx);
    if (plan.upTo === null && sync.rowsBooked !== sync.manifest?.accepted) return this.#lose(sync, tx);
    const keys = plan.creatorIds.map((creatorId) => keyOf(clientId, creatorId));
    await lockLanes(tx, [...keys, ...(plan.last ? [keyOf(clientId, clientId)] : [])]);
    const step = { rows: plan.rows, events: plan.creatorIds.length };
    const cursor = { syncId, from: bookedUpTo, to: plan.upTo ?? bookedUpTo, ...step };
    if (!(await this.#progress.moveCursor(cursor, tx))) return false;
    if (plan.upTo !== null) await this.#write(sync, { ...plan, upTo: plan.upTo }, tx);
    const total = { rows: sync.rowsBooked + step.rows, events: sync.eventsAppended + step.events };
    if (plan.last) await this.#complete(sync, total, tx);
    return true;
  }

  async #plan({ syncId, bookedUpTo }: BookingSync, tx: TenantTransaction): Promise<ChunkPlan> {
    const plan = planChunk(await this.#booking.listCreators({ syncId, after: bookedUpTo, limit: CHUNK_ROWS + 1 }, tx));
    if (plan.rows <= CHUNK_ROWS || plan.upTo === null) return plan;
    return { ...plan, rows: await this.#booking.countRows(syncId, plan.upTo, tx) };
  }

  /** Unlogged tables are empty after a crash of the database. Whoever moved the cursor meanwhile knows better. */
  async #lose(sync: BookingSync, tx: TenantTransaction): Promise<boolean> {
    const unmoved = { syncId: sync.syncId, from: sync.bookedUpTo, to: sync.bookedUpTo, rows: 0, events: 0 };
    if (!(await this.#progress.moveCursor(unmoved, tx))) return false;
    const detail = 'the database has lost the file before it was booked whole; send the same file again';
    await this.#progress.noteLoss(sync.syncId, { code: 'sync.staging_lost', detail }, tx);
    return false;
  }

  async #write(sync: BookingSync, plan: ChunkPlan & { upTo: CreatorId }, tx: TenantTransaction): Promise<void> {
    const chunk = { syncId: sync.syncId, after: sync.bookedUpTo, upTo: plan.upTo };
    const creators = await this.#booking.bookCreators(chunk, { sync, creatorIds: plan.creatorIds }, tx);
    await this.#booking.bookVideos(chunk, tx);
    const rows = await this.#booking.appendEntries(chunk, sync, tx);
    if (creators !== plan.creatorIds.length || rows !== plan.rows) {
      throw new Error(`sync ${sync.syncId} has booked ${rows} rows of ${plan.rows}, ${creators} creators`);
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

/** @param next the creators of the rows that are next, one row more than a chunk may have */
function planChunk(next: readonly NextCreator[]): ChunkPlan {
  const looked = next.reduce((sum, { rows }) => sum + rows, 0);
  // The creator at the end may have more rows than were looked at: it waits, unless it is alone.
  const whole = looked > CHUNK_ROWS && next.length > 1 ? next.slice(0, -1) : next;
  const creators = whole.slice(0, CHUNK_CREATORS);
  return {
    upTo: creators.at(-1)?.creatorId ?? null,
    creatorIds: creators.map(({ creatorId }) => creatorId),
    rows: creators.reduce((sum, { rows }) => sum + rows, 0),
    last: looked <= CHUNK_ROWS && creators.length === next.length,
  };
}
