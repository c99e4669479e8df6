import type { CalendarDate } from '#libs/kernel';
import { evaluateCheckpoint, windowDueBy } from '../checkpoint/evaluate-checkpoint.ts';
import { DaySums, type DaySum } from '../ledger/day-sums.ts';
import type { LedgerEntry } from '../order/progress.ts';
import type { Program } from '../program/program.ts';
import { promote } from '../promotion/promote.ts';
import type { Decision } from '../standing/decision.ts';
import { standingAfter } from '../standing/standing-after.ts';
import { NEWCOMER, type Standing } from '../standing/standing.ts';
import type { ToldDecision } from '../standing/told-decision.ts';
import { programVersion, type CreatorRecord } from './creator-record.ts';

/** A decision with what the rules make of the ledger as it was at that moment. */
export interface RetracedDecision {
  readonly told: ToldDecision;
  readonly program: Program;
  /** Null if the rules would have decided nothing. */
  readonly recomputed: Decision | null;
  /** True if every figure of the row is what the rules make of the ledger. */
  readonly agrees: boolean;
  readonly after: Standing;
}

/**
 * Makes a creator's decisions again, one after another, each from the ledger as it was when it was made. The rows stand
 * whatever comes out: what follows a decision follows from its row, since closed windows never change.
 */
export function retrace(record: CreatorRecord, decisions: readonly ToldDecision[]): RetracedDecision[] {
  const ledger = new GrowingLedger(record.entries);
  let standing: Standing = { ...NEWCOMER, reachedOn: record.onboardedOn };
  return decisions.map((told) => {
    const program = programVersion(record, told.programVersion);
    ledger.growTo(told);
    const { syncSequence, adjustmentNumber: adjustmentCount } = told;
    standing = { ...standing, lifetime: ledger.total, syncSequence, adjustmentCount, programVersion: program.version };
    const recomputed = decideAgain(told, standing, ledger.days(), program);
    standing = standingAfter(standing, told, program);
    return { told, program, recomputed, agrees: recomputed !== null && agree(told, recomputed), after: standing };
  });
}

function decideAgain(told: ToldDecision, standing: Standing, days: DaySums, program: Program): Decision | null {
  if (told.kind === 'checkpoint') {
    const window = windowDueBy(standing, told.decidedFor);
    return window === undefined ? null : evaluateCheckpoint(standing, window, days, program).decision;
  }
  if (told.cause === null) return null;
  const promotion = { date: told.decidedFor, cause: told.cause };
  return promote(standing, promotion, days, program)?.decision ?? null;
}

const FIGURES = [
  ...(['kind', 'number', 'decidedFor', 'windowStart', 'dueDate', 'value', 'threshold', 'tierBefore'] as const),
  ...(['tierAfter', 'outcome', 'tierVersion', 'adjustmentsCounted', 'base', 'opening'] as const),
];

function agree(told: ToldDecision, recomputed: Decision): boolean {
  return FIGURES.every((figure) => told[figure] === recomputed[figure]);
}

/** A creator's ledger as it grew: each decision knew what the one before knew, and then some. */
class GrowingLedger {
  readonly #sales: readonly LedgerEntry[];
  readonly #adjustments: readonly LedgerEntry[];
  readonly #days = new Map<CalendarDate, DaySum>();
  #salesHeld = 0;
  #adjustmentsHeld = 0;
  total = 0n;

  constructor(entries: readonly LedgerEntry[]) {
    const sales = entries.filter(({ adjustmentNumber }) => adjustmentNumber === 0);
    const adjustments = entries.filter(({ adjustmentNumber }) => adjustmentNumber > 0);
    this.#sales = sales.toSorted((a, b) => a.syncSequence - b.syncSequence);
    this.#adjustments = adjustments.toSorted((a, b) => a.adjustmentNumber - b.adjustmentNumber);
  }

  growTo(known: { readonly syncSequence: number; readonly adjustmentNumber: number }): void {
    for (;;) {
      const next = this.#sales[this.#salesHeld];
      if (next === undefined || next.syncSequence > known.syncSequence) break;
      this.#add(next, 0);
      this.#salesHeld += 1;
    }
    for (;;) {
      const next = this.#adjustments[this.#adjustmentsHeld];
      if (next === undefined || next.adjustmentNumber > known.adjustmentNumber) break;
      this.#add(next, 1);
      this.#adjustmentsHeld += 1;
    }
  }

  days(): DaySums {
    return new DaySums(null, [...this.#days.values()]);
  }

  #add({ effectiveOn: date, value }: LedgerEntry, adjustments: number): void {
    const day = this.#days.get(date);
    this.#days.set(date, {
      date,
      value: (day?.value ?? 0n) + value,
      adjustments: (day?.adjustments ?? 0) + adjustments,
    });
    this.total += value;
  }
}
