import type { CalendarDate } from '#libs/kernel';
import type { SalesOfSync } from '../../src/domain/order/handle-sales.ts';
import { CreatorHistory } from '../creator-history.ts';

export interface RacingSync {
  readonly date: CalendarDate;
  /** Undefined: the creator has no event in it. */
  readonly sales: SalesOfSync | undefined;
}

export interface RacingAdjustment {
  readonly value: bigint;
  readonly effectiveOn: CalendarDate | null;
}

export interface Race {
  /** As it is before the race. */
  readonly before: CreatorHistory;
  /** The latest applied sync before the race. */
  readonly today: { readonly date: CalendarDate; readonly syncSequence: number };
  readonly syncs: readonly RacingSync[];
  readonly adjustments: readonly RacingAdjustment[];
}

/** How far the client is in the race, between two transactions. */
interface Stage {
  readonly creator: CreatorHistory;
  readonly delivered: number;
  readonly applied: number;
  /** Of each adjustment the date it was taken for, or `refused`; undefined before it was given. */
  readonly given: readonly (string | undefined)[];
}

/**
 * Where a creator can end if everything that races happens one after the other: the events of each sync in turn; each
 * adjustment anywhere between; a review of who is due any time after a sync is delivered; and a sync is applied, so that
 * its date is today, only when the creator is not due by it. By the rules of the domain alone.
 */
export function serialOrders(race: Race, told: (stage: Stage) => string): Set<string> {
  const ends = new Set<string>();
  const seen = new Set<string>();
  const waiting: Stage[] = [
    { creator: race.before, delivered: 0, applied: 0, given: race.adjustments.map(() => undefined) },
  ];
  for (let stage = waiting.pop(); stage; stage = waiting.pop()) {
    const key = `${stage.delivered} ${stage.applied} ${told(stage)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const next = following(race, stage);
    if (next.length === 0) ends.add(told(stage));
    waiting.push(...next);
  }
  return ends;
}

function following(race: Race, stage: Stage): Stage[] {
  const next: Stage[] = [];
  const { delivered, applied, given } = stage;
  const sync = race.syncs[delivered];
  if (sync !== undefined) {
    const creator = copyOf(stage.creator);
    if (sync.sales) creator.book(sync.sales);
    next.push({ ...stage, creator, delivered: delivered + 1 });
  }
  const reached = applied < delivered ? race.syncs[applied] : undefined;
  if (reached !== undefined) {
    const due = stage.creator.standing.window?.due ?? null;
    if (due !== null && due <= reached.date)
      next.push({ ...stage, creator: copyOf(stage.creator).watermark(reached.date) });
    else next.push({ ...stage, applied: applied + 1 });
  }
  for (const [index, adjustment] of race.adjustments.entries()) {
    if (given[index] !== undefined) continue;
    const creator = copyOf(stage.creator);
    const today = {
      date: race.syncs[applied - 1]?.date ?? race.today.date,
      syncSequence: race.today.syncSequence + applied,
    };
    const outcome = creator.correct(today, adjustment.value, adjustment.effectiveOn);
    next.push({
      ...stage,
      creator,
      given: given.with(index, outcome.kind === 'booked' ? outcome.effectiveDate : 'refused'),
    });
  }
  return next;
}

function copyOf(creator: CreatorHistory): CreatorHistory {
  const copy = new CreatorHistory(creator.program);
  copy.standing = creator.standing;
  copy.ledger.push(...creator.ledger);
  copy.decisions.push(...creator.decisions);
  return copy;
}
