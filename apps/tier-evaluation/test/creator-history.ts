import {
  asId,
  toCalendarDate,
  toCurrency,
  toRateBps,
  type AdjustmentId,
  type CalendarDate,
  type SyncId,
} from '#libs/kernel';
import { DaySums } from '../src/domain/ledger/day-sums.ts';
import { entriesNeededFrom, mayHaveEntriesFrom } from '../src/domain/ledger/needed-entries.ts';
import { applyPublication } from '../src/domain/order/apply-publication.ts';
import {
  handleAdjustment,
  type AdjustmentOutcome,
  type ProgrammeToday,
} from '../src/domain/order/handle-adjustment.ts';
import { handleSales, type SalesOfSync } from '../src/domain/order/handle-sales.ts';
import { handleWatermark } from '../src/domain/order/handle-watermark.ts';
import { later, progressFrom, type LedgerEntry, type Progress } from '../src/domain/order/progress.ts';
import { programOf, type Program, type ProgramTerms } from '../src/domain/program/program.ts';
import type { Decision } from '../src/domain/standing/decision.ts';
import { NEWCOMER, type Standing } from '../src/domain/standing/standing.ts';

export const day = toCalendarDate;
export const BRONZE = 1;
export const SILVER = 2;
export const GOLD = 3;
export const PLATINUM = 4;

/** The ladder of the worked cases, 0 / 1,000 / 2,000 / 3,000 with 4 months, in a program that counts units. */
export function aProgram(
  changes: Partial<ProgramTerms> & {
    version?: number;
    publishedOn?: CalendarDate;
    thresholds?: readonly bigint[];
  } = {},
): Program {
  const { version, publishedOn, thresholds, ...terms } = changes;
  return programOf(version ?? 1, publishedOn ?? null, {
    currency: toCurrency('USD'),
    timezone: 'America/New_York',
    metric: 'units',
    mode: 'checkpoint',
    checkpointMonths: 4,
    attribution: 'ledger',
    clearingDays: 20,
    tiers: (thresholds ?? [0n, 1_000n, 2_000n, 3_000n]).map((threshold, index) => ({
      name: `Tier ${index + 1}`,
      color: '#c0c0c0',
      threshold,
      commissionRateBps: toRateBps(1_000 + index * 100),
    })),
    ...terms,
  });
}

/** What a sync says of a creator: values by post date, first sightings marked by a `+` before the date; or one value. */
export type Sales = bigint | Readonly<Record<string, bigint>>;

/** One creator's life through the domain, with its ledger kept here; each step loads only what the rules say they need. */
export class CreatorHistory {
  program: Program;
  standing: Standing = NEWCOMER;
  readonly ledger: LedgerEntry[] = [];
  readonly decisions: Decision[] = [];
  #sequence = 0;
  #lastSync: CalendarDate | null = null;

  constructor(program: Program = aProgram()) {
    this.program = program;
  }

  /** A sync of the client; `sales` left out: the creator has no event in it, and the watermark alone comes by. */
  sync(date: string, sales?: Sales, options: { watermark?: boolean } = {}): this {
    const businessDate = day(date);
    this.#sequence += 1;
    const previousBusinessDate = this.#lastSync;
    this.#lastSync = businessDate;
    const syncId = aSyncId(this.#sequence);
    if (sales !== undefined) {
      const differences = differencesOf(sales, businessDate);
      this.book({ syncId, syncSequence: this.#sequence, businessDate, previousBusinessDate, differences });
    }
    if (options.watermark ?? true) this.watermark(date);
    return this;
  }

  book(sales: SalesOfSync): void {
    this.#save(handleSales(this.#load(sales.businessDate), sales, this.program));
  }

  watermark(date: string, sequence = this.#sequence): this {
    const due = this.standing.window?.due ?? null;
    if (due === null || due > date) return this;
    const reached = { date: day(date), syncId: aSyncId(sequence) };
    this.#save(handleWatermark(this.#load(reached.date), reached, this.program));
    return this;
  }

  adjust(today: string, value: bigint, effectiveDate?: string): AdjustmentOutcome {
    const effectiveOn = effectiveDate === undefined ? null : day(effectiveDate);
    return this.correct({ date: day(today), syncSequence: this.#sequence }, value, effectiveOn);
  }

  /** The id of an adjustment ends in its number. */
  correct(today: ProgrammeToday, value: bigint, effectiveDate: CalendarDate | null): AdjustmentOutcome {
    const id = anAdjustmentId(this.standing.adjustmentCount + 1);
    const progress = this.#load(later(this.standing.bookedThrough, today.date));
    const outcome = handleAdjustment(progress, { id, value, effectiveDate }, today, this.program);
    if (outcome.kind === 'booked') this.#save(outcome.progress);
    return outcome;
  }

  publish(program: Program): this {
    this.program = program;
    return this;
  }

  reach(): this {
    const date = later(this.standing.bookedThrough, this.program.publishedOn);
    if (date !== null) this.#save(applyPublication(this.#load(date), this.program));
    return this;
  }

  /** `maintained 2->2 @2025-05-15 V=1250` for each decision. */
  story(): string[] {
    return this.decisions.map(
      (decision) =>
        `${decision.outcome} ${decision.tierBefore}->${decision.tierAfter} @${decision.decidedFor} ` +
        `${decision.kind === 'checkpoint' ? 'V' : 'P'}=${decision.value}`,
    );
  }

  #load(date: CalendarDate): Progress {
    const from = entriesNeededFrom(this.standing, { first: date, last: date }, this.program);
    const known = mayHaveEntriesFrom(this.standing, from)
      ? this.ledger.filter((entry) => entry.effectiveOn >= from)
      : [];
    const days = known.map((entry) => ({
      date: entry.effectiveOn,
      value: entry.value,
      adjustments: entry.adjustmentNumber > 0 ? 1 : 0,
    }));
    return progressFrom(this.standing, new DaySums(from, days));
  }

  #save(progress: Progress): void {
    this.standing = progress.standing;
    this.ledger.push(...progress.booked);
    this.decisions.push(...progress.decisions);
  }
}

export function differencesOf(sales: Sales, businessDate: CalendarDate) {
  if (typeof sales === 'bigint') return [{ postDate: businessDate, firstSighting: false, value: sales }];
  return Object.entries(sales).map(([key, value]) => ({
    postDate: day(key.replace('+', '')),
    firstSighting: key.startsWith('+'),
    value,
  }));
}

export function aSyncId(sequence: number): SyncId {
  return asId<SyncId>(`00000000-0000-4000-8000-${String(sequence).padStart(12, '0')}`);
}

function anAdjustmentId(number: number): AdjustmentId {
  return asId<AdjustmentId>(`00000000-0000-4000-a000-${String(number).padStart(12, '0')}`);
}
