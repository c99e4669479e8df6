import { CLOCK, type CalendarDate, type ClientId, type Clock } from '#libs/kernel';
import { lockLaneNumbers, Outbox } from '#libs/messaging';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { activateBoost } from '../domain/boost/activate-boost.ts';
import type { Activation, Boost, CompleteSync, Expiry, Reading } from '../domain/boost/boost.ts';
import { dueDateOf } from '../domain/boost/due-date.ts';
import { expireBoost } from '../domain/boost/expire-boost.ts';
import { firstSyncReaching } from '../domain/boost/first-sync-reaching.ts';
import { DueBoostRepository } from '../persistence/due-boost.repository.ts';
import { ReadingRepository } from '../persistence/reading.repository.ts';
import { announceSteps } from './announce-steps.ts';

/** Boosts of one transaction at most: writers stay under a second. */
const CHUNK = 1_000;

/**
 * Makes the steps that complete syncs have made due: scheduled boosts are activated, active ones expire. Which sync that
 * is follows from the boost's own state and the syncs reached so far, so a claim that arrives late, or a creator
 * released from a parked key, goes through the same steps at the same syncs, in order.
 */
@Injectable()
export class MoveDueBoosts {
  readonly #logger = new Logger(MoveDueBoosts.name);

  constructor(
    private readonly database: Database,
    private readonly boosts: DueBoostRepository,
    private readonly readings: ReadingRepository,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Until nothing of the client is due. @returns how many steps it made, apart from those that follow at once */
  async execute(clientId: ClientId): Promise<number> {
    let moved = 0;
    for (;;) {
      const lanes = await this.database.inTenant(clientId, (tx) => this.boosts.lanesWithDue(tx));
      if (lanes.length === 0) return moved;
      for (const lane of lanes) moved += await this.#moveChunk(clientId, lane);
    }
  }

  async #moveChunk(clientId: ClientId, lane: number): Promise<number> {
    const moved = await this.database.inTenant(clientId, async (tx) => {
      await lockLaneNumbers(tx, [lane]);
      const due = await this.boosts.dueInLane(lane, CHUNK, tx);
      if (due.length === 0) return [];
      return this.#move(due, tx);
    });
    for (const boost of moved) this.#alertOnLoss(clientId, boost);
    return moved.length;
  }

  async #move(due: readonly Boost[], tx: TenantTransaction): Promise<Boost[]> {
    const at = this.clock.now();
    const readings = await this.#readingsOf(due, tx);
    const active = due.flatMap((boost, index) => begin(boost, readings[index]));
    const expired = due.flatMap((boost, index) => end(boost, readings[index]));
    await this.boosts.activate(active, at, tx);
    await this.boosts.expire(expired, at, tx);
    await this.outbox.append(tx, [
      ...active.flatMap((boost) => announceSteps(tx.clientId, boost, ['active'], at)),
      ...expired.flatMap((boost) => announceSteps(tx.clientId, boost, ['expired', 'pending_info'], at)),
    ]);
    return [...active, ...expired];
  }

  /** In the order of the boosts: each creator's GMV at the first sync that has reached the boost's due date. */
  async #readingsOf(due: readonly Boost[], tx: TenantTransaction): Promise<Reading[]> {
    const dates = due.map(dueDate);
    const earliest = dates.reduce((first, date) => (date < first ? date : first));
    const syncs = await this.readings.syncsReachedSince(earliest, tx);
    const points = due.map((boost) => ({ creatorId: boost.creatorId, sync: syncFor(dueDate(boost), syncs) }));
    return this.readings.at(points, tx);
  }

  #alertOnLoss(clientId: ClientId, boost: Boost): void {
    if (boost.expiry === null || boost.expiry.deltaMinor >= 0n) return;
    this.#logger.warn({ clientId, boostId: boost.id }, 'a boost ended with a negative delta and pays 0');
  }
}

function dueDate(boost: Boost): CalendarDate {
  const date = dueDateOf(boost);
  if (date === null) throw new Error(`boost ${boost.id} is ${boost.status} and not due`);
  return date;
}

function syncFor(date: CalendarDate, syncs: readonly CompleteSync[]): CompleteSync {
  const sync = firstSyncReaching(date, syncs);
  if (sync === undefined) throw new Error('a boost is due, yet no sync has reached its date');
  return sync;
}

function begin(boost: Boost, reading: Reading | undefined): (Boost & { activation: Activation })[] {
  if (boost.status !== 'scheduled' || reading === undefined) return [];
  return [{ ...boost, status: 'active', activation: activateBoost(boost.terms, reading) }];
}

/** The event tells the state after both steps; each step is told apart. */
function end(boost: Boost, reading: Reading | undefined): (Boost & { expiry: Expiry })[] {
  if (boost.status !== 'active' || boost.activation === null || reading === undefined) return [];
  const expiry = expireBoost(boost.terms, boost.activation, reading);
  return [{ ...boost, status: 'pending_info', expiry, finalPayoutMinor: expiry.calculatedPayoutMinor }];
}
