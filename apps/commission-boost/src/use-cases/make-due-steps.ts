import { CLOCK, type CalendarDate, type Clock, type CreatorId } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { activateBoost } from '../domain/boost/activate-boost.ts';
import { activatingSync, type Span } from '../domain/boost/activating-sync.ts';
import type { Activation, Boost, CompleteSync, Reading } from '../domain/boost/boost.ts';
import { dueDateOf } from '../domain/boost/due-date.ts';
import { expireBoost } from '../domain/boost/expire-boost.ts';
import { firstSyncReaching } from '../domain/boost/first-sync-reaching.ts';
import { DueBoostRepository } from '../persistence/due-boost.repository.ts';
import { ReadingRepository } from '../persistence/reading.repository.ts';
import { AlertOnExpiry, type ExpiredBoost } from './alert-on-expiry.ts';
import { announceSteps } from './announce-steps.ts';

type ActiveBoost = Boost & { readonly activation: Activation };

interface DueReading {
  readonly creatorId: CreatorId;
  readonly sync: CompleteSync;
}

export interface MadeSteps {
  readonly made: number;
  /** Readings of dates that had further files, reached by now. */
  readonly readBeforeFurtherFiles: readonly DueReading[];
}

/**
 * The steps of due boosts, each at the sync that follows from the boost's own state: it is activated, or it expires and
 * waits for its creator's details at once.
 */
@Injectable()
export class MakeDueSteps {
  constructor(
    private readonly boosts: DueBoostRepository,
    private readonly readings: ReadingRepository,
    private readonly alertOnExpiry: AlertOnExpiry,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The lane must be held. @param limit boosts at most, the longest due first */
  async execute(lane: number, limit: number, tx: TenantTransaction): Promise<MadeSteps> {
    const due = await this.boosts.dueInLane(lane, limit, tx);
    if (due.length === 0) return { made: 0, readBeforeFurtherFiles: [] };
    const earliest = due.map(dueDate).reduce((first, date) => (date < first ? date : first));
    const syncs = await this.readings.syncsReachedSince(earliest, tx);
    const points = await this.#syncsOf(due, syncs, tx);
    await this.#move(due, await this.readings.at(points, tx), tx);
    return {
      made: due.length,
      readBeforeFurtherFiles: points.filter(({ sync }) => hadFurtherFile(sync, syncs)),
    };
  }

  /** In the order of the boosts. Only a boost that is late can meet another of its creator in the past. */
  async #syncsOf(due: readonly Boost[], syncs: readonly CompleteSync[], tx: TenantTransaction): Promise<DueReading[]> {
    const latest = syncs.at(-1)?.sequence;
    const late = due.filter(
      (boost) => boost.status === 'scheduled' && firstSyncReaching(dueDate(boost), syncs)?.sequence !== latest,
    );
    const spans = await this.boosts.spansOf(
      late.map(({ creatorId }) => creatorId),
      tx,
    );
    return due.map((boost) => ({
      creatorId: boost.creatorId,
      sync: syncFor(boost, syncs, spans.get(boost.creatorId) ?? []),
    }));
  }

  async #move(due: readonly Boost[], readings: readonly Reading[], tx: TenantTransaction): Promise<void> {
    const at = this.clock.now();
    const active = due.flatMap((boost, index) => begin(boost, readings[index]));
    const expired = due.flatMap((boost, index) => end(boost, readings[index]));
    await this.boosts.activate(active, at, tx);
    await this.boosts.expire(expired, at, tx);
    await this.outbox.append(tx, [
      ...active.flatMap((boost) => announceSteps(tx.clientId, boost, ['active'], at)),
      ...expired.flatMap((boost) => announceSteps(tx.clientId, boost, ['expired', 'pending_info'], at)),
    ]);
    await this.alertOnExpiry.execute(expired, tx);
  }
}

function dueDate(boost: Boost): CalendarDate {
  const date = dueDateOf(boost);
  if (date === null) throw new Error(`boost ${boost.id} is ${boost.status} and not due`);
  return date;
}

function syncFor(boost: Boost, syncs: readonly CompleteSync[], others: readonly Span[]): CompleteSync {
  const sync =
    boost.status === 'scheduled'
      ? activatingSync(boost.terms, syncs, others)
      : firstSyncReaching(dueDate(boost), syncs);
  if (sync === undefined) throw new Error('a boost is due, yet no sync has reached its date');
  return sync;
}

function hadFurtherFile(sync: CompleteSync, syncs: readonly CompleteSync[]): boolean {
  return syncs.some(({ sequence, businessDate }) => sequence > sync.sequence && businessDate === sync.businessDate);
}

function begin(boost: Boost, reading: Reading | undefined): ActiveBoost[] {
  if (boost.status !== 'scheduled' || reading === undefined) return [];
  return [{ ...boost, status: 'active', activation: activateBoost(boost.terms, reading) }];
}

/** The event tells the state after both steps; each step is told apart. */
function end(boost: Boost, reading: Reading | undefined): ExpiredBoost[] {
  const { activation } = boost;
  if (boost.status !== 'active' || activation === null || reading === undefined) return [];
  const expiry = expireBoost(boost.terms, activation, reading);
  return [{ ...boost, activation, status: 'pending_info', expiry, finalPayoutMinor: expiry.calculatedPayoutMinor }];
}
