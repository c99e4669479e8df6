import type { ClientHistory, GivenAdjustment } from './client-history.ts';
import { told, type Outcome } from './outcome.ts';
import { timelineOf } from './timeline.ts';

/** Five ways to get the rules wrong. */
export const DEFECTS = [
  'half-open end',
  'forgotten opening',
  'accumulated clamping',
  'checkpoint after promotion',
  'base not moved',
] as const;
export type Defect = (typeof DEFECTS)[number];

interface Entry {
  readonly on: string;
  readonly value: bigint;
  readonly adjustment: boolean;
}

/** A decision. `known` is how many of the entries there were; whatever else the rules ask is worked out from the list. */
interface Turn {
  readonly kind: 'promotion' | 'checkpoint';
  readonly on: string;
  readonly value: bigint;
  readonly before: number;
  readonly after: number;
  readonly known: number;
}

/**
 * The rules once more, from the words of the domain and in another way than the service: nothing is kept but the list of
 * entries and the list of decisions, and every figure is recomputed from the two whenever it is asked for. It knows of no
 * watermark: reviews happen when a creator's own entries ask for them, and at the end. A switch plants a defect.
 */
export class Reference {
  readonly #history: ClientHistory;
  readonly #thresholds: readonly bigint[];
  readonly #defect: Defect | undefined;
  readonly #entries: Entry[] = [];
  readonly #turns: Turn[] = [];
  readonly #decisions: string[] = [];
  readonly #adjustments: string[] = [];
  /** The latest sync booked, counted from 1, and the latest date seen. */
  #sync = 0;
  #seen = '';

  private constructor(history: ClientHistory, defect: Defect | undefined) {
    this.#history = history;
    this.#thresholds = history.program.tiers.map((tier) => tier.threshold);
    this.#defect = defect;
  }

  static outcome(history: ClientHistory, creator: number, defect?: Defect): Outcome | undefined {
    const reference = new Reference(history, defect);
    for (const happening of timelineOf({ ...history, creators: [history.creators[creator] ?? []] })) {
      if (happening.kind === 'delivery') for (const sync of happening.events.get(0) ?? []) reference.#book(sync);
      const adjustment = happening.kind === 'adjustments' ? happening.given.get(0) : undefined;
      if (happening.kind === 'adjustments' && adjustment) reference.#adjust(adjustment, happening.today.date);
      if (happening.kind === 'overdue') reference.#decide(happening.date, 'nothing');
    }
    return reference.#sync === 0 ? undefined : reference.#outcome();
  }

  #book(sync: number): void {
    const { syncs, creators, program } = this.#history;
    const { date } = syncs[sync]!;
    if (sync > 0) this.#review(syncs[sync - 1]!.date);
    const openFrom = this.#turns.at(-1)?.on ?? '';
    this.#sync = sync + 1;
    for (const { postDate, firstSighting, value } of creators[0]?.[sync]?.brought ?? []) {
      const atItsPost = program.attribution === 'post_date' || (firstSighting && postDate >= openFrom);
      this.#entries.push({ on: atItsPost ? postDate : date, value, adjustment: false });
    }
    this.#decide(date, `sync ${sync + 1}`);
  }

  #adjust({ value, effectiveOn }: GivenAdjustment, programmeDate: string): void {
    const today = programmeDate > this.#seen ? programmeDate : this.#seen;
    this.#review(today);
    const on = effectiveOn ?? today;
    const refused = on > today || on < (this.#turns.at(-1)?.on ?? '');
    this.#adjustments.push(refused ? 'refused' : on);
    if (refused) return;
    this.#entries.push({ on, value, adjustment: true });
    this.#decide(today, `adjustment ${this.#adjustmentCount()}`);
  }

  #decide(date: string, cause: string): void {
    if (date > this.#seen) this.#seen = date;
    if (this.#defect === 'checkpoint after promotion') this.#promote(date, cause);
    this.#review(date);
    this.#promote(date, cause);
  }

  #review(through: string): void {
    for (let due = this.#due(); due !== null && due <= through; due = this.#due()) {
      const start = this.#start() ?? '';
      const includesEnd = this.#defect === 'half-open end';
      const inWindow = this.#entries.filter(({ on }) => on >= start && (includesEnd ? on <= due! : on < due!));
      const opening = this.#opening();
      const value = sum(inWindow) - (this.#defect === 'forgotten opening' ? 0n : opening);
      const before = this.#tier();
      const threshold = this.#thresholds[before - 1]!;
      this.#turns.push({
        kind: 'checkpoint',
        on: due,
        value,
        before,
        after: this.#reachedBy(value),
        known: this.#entries.length,
      });
      const sync = this.#history.syncs.findIndex(({ date }) => date >= due!) + 1;
      this.#tell({
        start,
        due,
        threshold,
        opening,
        cause: `sync ${sync}`,
        counted: inWindow.filter((entry) => entry.adjustment).length,
      });
    }
  }

  #promote(date: string, cause: string): void {
    const value = this.#promotionValue();
    const before = this.#tier();
    const after = this.#reachedBy(value);
    if (after <= before) return;
    const left = { start: this.#start(), due: this.#due() };
    this.#turns.push({ kind: 'promotion', on: date, value, before, after, known: this.#entries.length });
    const threshold = this.#thresholds[after - 1]!;
    this.#tell({ ...left, threshold, opening: this.#opening(), cause, counted: this.#adjustmentCount() });
  }

  #tell(figures: {
    start: string | null;
    due: string | null;
    threshold: bigint;
    opening: bigint;
    cause: string;
    counted: number;
  }): void {
    const { kind, on: decidedFor, value, before: tierBefore, after: tierAfter } = this.#turns.at(-1)!;
    const { start: windowStart, due: dueDate, threshold, opening, cause, counted: adjustmentsCounted } = figures;
    const outcome = tierAfter > tierBefore ? 'promoted' : tierAfter < tierBefore ? 'demoted' : 'maintained';
    const tierVersion = this.#tierVersion();
    const base = this.#base();
    const known = { syncSequence: this.#sync, adjustmentNumber: this.#adjustmentCount() };
    this.#decisions.push(
      told({
        kind,
        decidedFor,
        windowStart,
        dueDate,
        value,
        threshold,
        tierBefore,
        tierAfter,
        outcome,
        tierVersion,
        base,
        opening,
        adjustmentsCounted,
        cause,
        ...known,
      }),
    );
  }

  #tier(): number {
    return this.#turns.at(-1)?.after ?? 1;
  }

  #tierVersion(): number {
    return this.#turns.filter(({ before, after }) => before !== after).length;
  }

  /** A window begins where the decision before it was made for: with a promotion, or where the one before it ended. */
  #start(): string | null {
    return this.#turns.at(-1)?.on ?? null;
  }

  #due(): string | null {
    const start = this.#start();
    const { mode, checkpointMonths } = this.#history.program;
    if (start === null || this.#tier() === 1 || mode === 'lifetime') return null;
    if (this.#defect === 'accumulated clamping') return monthsAfter(start, checkpointMonths);
    const reached = this.#turns.findLastIndex(({ before, after }) => before !== after);
    return monthsAfter(this.#turns[reached]!.on, checkpointMonths * (this.#turns.length - reached));
  }

  #opening(): bigint {
    const last = this.#turns.at(-1);
    if (last?.kind !== 'promotion') return 0n;
    return sum(this.#entries.slice(0, last.known).filter(({ on }) => on >= last.on));
  }

  /** Since a demotion P is its V and what came since: what is dated from its due date on, or was not known then. */
  #promotionValue(): bigint {
    const demotion = this.#turns.findLast(({ before, after }) => after < before);
    if (demotion === undefined || this.#defect === 'base not moved') return sum(this.#entries);
    return demotion.value + sum(this.#entries.filter(({ on }, index) => on >= demotion.on || index >= demotion.known));
  }

  #base(): bigint {
    return sum(this.#entries) - this.#promotionValue();
  }

  #reachedBy(value: bigint): number {
    return Math.max(1, this.#thresholds.filter((threshold) => threshold <= value).length);
  }

  #adjustmentCount(): number {
    return this.#entries.filter((entry) => entry.adjustment).length;
  }

  #outcome(): Outcome {
    const days: Record<string, bigint> = {};
    for (const { on, value } of this.#entries) days[on] = (days[on] ?? 0n) + value;
    return {
      tier: this.#tier(),
      tierVersion: this.#tierVersion(),
      reachedOn: this.#turns.findLast(({ before, after }) => before !== after)?.on ?? null,
      windowStart: this.#start(),
      dueDate: this.#due(),
      lifetime: sum(this.#entries),
      base: this.#base(),
      opening: this.#opening(),
      adjustments: this.#adjustments,
      decisions: this.#decisions,
      days,
    };
  }
}

function sum(entries: readonly Entry[]): bigint {
  return entries.reduce((total, { value }) => total + value, 0n);
}

/** The day of the month stays, or is the month's last where the month has no such day. */
function monthsAfter(date: string, months: number): string {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const later = year * 12 + (month - 1) + months;
  const [ofYear, ofMonth] = [Math.floor(later / 12), (later % 12) + 1];
  const leap = (ofYear % 4 === 0 && ofYear % 100 !== 0) || ofYear % 400 === 0;
  const last = ofMonth === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(ofMonth) ? 30 : 31;
  return [ofYear, ofMonth, Math.min(day, last)].map((part) => String(part).padStart(2, '0')).join('-');
}
