import type { CalendarDate } from '#libs/kernel';
import type { ClientHistory, GivenAdjustment, Share } from './client-history.ts';

/** What the client's clock shows once its watermark has been somewhere. */
export interface Today {
  readonly date: CalendarDate;
  readonly syncSequence: number;
}

/** What happens to the service of a client, in order. Syncs are told by their index, creators by theirs. */
export type Happening =
  /** One batch: who gets the events of which syncs, in order. Keys begin to be parked before it and cease to after it. */
  | {
      readonly kind: 'delivery';
      readonly syncs: readonly number[];
      readonly events: ReadonlyMap<number, readonly number[]>;
      readonly parked: readonly number[];
      readonly released: readonly number[];
    }
  | { readonly kind: 'watermark'; readonly syncs: readonly number[]; readonly parked: ReadonlySet<number> }
  | {
      readonly kind: 'adjustments';
      readonly today: Today;
      readonly given: ReadonlyMap<number, GivenAdjustment>;
    }
  /** Whoever is due though no sync is open, having been parked, is reviewed. */
  | { readonly kind: 'overdue'; readonly date: CalendarDate };

/** Plays the flags of the syncs: which of them come together, when the watermark passes, who waits and for how long. */
export function timelineOf(history: ClientHistory): Happening[] {
  const happenings: Happening[] = [];
  const parkedAt = history.creators.map(parkedSyncs);
  const state = { delivered: 0, reached: 0, parkedAt, parked: new Set<number>(), known: new Set<number>() };
  const last = history.syncs.length - 1;
  const watermark = (through: number): void => {
    if (through < state.reached) return;
    const parked = new Set(state.parked);
    happenings.push({ kind: 'watermark', syncs: range(state.reached, through), parked });
    state.reached = through + 1;
  };
  for (const [index, sync] of history.syncs.entries()) {
    if (sync.joined && index < last) continue;
    happenings.push(delivery(history, state, index));
    if (!sync.late && !sync.adjustedFirst) watermark(index);
    const adjustments = adjustmentsOf(history, state, index);
    if (adjustments !== undefined) happenings.push(adjustments);
    if (!sync.late) watermark(index);
  }
  happenings.push(delivery(history, state, last, 'everybody'));
  watermark(last);
  happenings.push({ kind: 'overdue', date: history.syncs[last]?.date as CalendarDate });
  return happenings;
}

interface State {
  delivered: number;
  readonly reached: number;
  /** Of each creator, for each sync, since which one it is parked. */
  readonly parkedAt: readonly (readonly (number | undefined)[])[];
  parked: Set<number>;
  readonly known: Set<number>;
}

/** Everything up to a sync, and what waited for those who wait no more. */
function delivery(history: ClientHistory, state: State, through: number, release?: 'everybody'): Happening {
  const { parkedAt } = state;
  const events = new Map<number, number[]>();
  const parked = new Set<number>();
  for (const [creator, life] of history.creators.entries()) {
    const since = release ? undefined : parkedAt[creator]?.[through];
    if (since !== undefined) parked.add(creator);
    const from = state.parked.has(creator) ? (waitingSince(parkedAt[creator], state.delivered) ?? 0) : state.delivered;
    const due = range(from, (since ?? through + 1) - 1).filter((sync) => life[sync]?.brought !== undefined);
    if (due.length > 0) events.set(creator, due);
    if (due.length > 0) state.known.add(creator);
  }
  const before = state.parked;
  const syncs = range(state.delivered, through);
  state.parked = parked;
  state.delivered = through + 1;
  return {
    kind: 'delivery',
    syncs,
    events,
    parked: [...parked].filter((creator) => !before.has(creator)),
    released: [...before].filter((creator) => !parked.has(creator)),
  };
}

/** Nobody can be adjusted before the client's first sync is applied, before the own sales, or while the key is parked. */
function adjustmentsOf(history: ClientHistory, state: State, sync: number): Happening | undefined {
  const today = history.syncs[state.reached - 1];
  if (today === undefined) return undefined;
  const given = new Map<number, GivenAdjustment>();
  for (const [creator, life] of history.creators.entries()) {
    const adjustment = life[sync]?.adjustment;
    if (adjustment && state.known.has(creator) && !state.parked.has(creator)) given.set(creator, adjustment);
  }
  if (given.size === 0) return undefined;
  return { kind: 'adjustments', today: { date: today.date, syncSequence: state.reached }, given };
}

/** For each sync, the sync from which on the creator is parked over it. */
function parkedSyncs(life: readonly Share[]): (number | undefined)[] {
  let since: number | undefined;
  let left = 0;
  return life.map(({ parkedFor }, index) => {
    if (left > 0) left -= 1;
    else if (parkedFor > 0) [since, left] = [index, parkedFor - 1];
    else since = undefined;
    return since;
  });
}

function waitingSince(parked: readonly (number | undefined)[] | undefined, delivered: number): number | undefined {
  return parked?.[delivered - 1];
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}
