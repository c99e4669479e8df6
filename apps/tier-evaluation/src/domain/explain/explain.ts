import type { CalendarDate } from '#libs/kernel';
import type { MetricValue } from '../ladder/ladder.ts';
import type { LedgerEntry } from '../order/progress.ts';
import type { Program } from '../program/program.ts';
import { outlookOf, type Outlook } from '../standing/outlook.ts';
import { NEWCOMER, type Standing } from '../standing/standing.ts';
import type { CreatorRecord, Viewpoint } from './creator-record.ts';
import { retrace, type RetracedDecision } from './retrace.ts';
import { viewRecord, wasHeld, type VisibleRecord } from './view-record.ts';

export interface Figures {
  readonly sales: MetricValue;
  readonly adjustments: MetricValue;
}

export interface DayFigures extends Figures {
  readonly date: CalendarDate;
}

/** Where a creator stood and why, from one viewpoint. */
export interface Explanation {
  readonly view: Viewpoint;
  readonly onboardedOn: CalendarDate | null;
  /** The version then in force. */
  readonly program: Program;
  /** Made from decisions and entries alone. */
  readonly standing: Standing;
  readonly outlook: Outlook;
  /** All that is booked for dates before the open window; nothing where there is none. */
  readonly before: Figures;
  /** What is booked for each date from the window's start on; of a creator who never left the entry tier, all. */
  readonly days: readonly DayFigures[];
  /** From the first. */
  readonly decisions: readonly RetracedDecision[];
  /** The latest review's window by day, as it was counted; null if nothing was reviewed. */
  readonly lastReview: { readonly decision: RetracedDecision; readonly days: readonly DayFigures[] } | null;
}

/** Undefined if no program was in force then. */
export function explain(record: CreatorRecord, view: Viewpoint): Explanation | undefined {
  const visible = viewRecord(record, view);
  const { program, entries } = visible;
  if (program === undefined) return undefined;
  const decisions = retrace(record, visible.decisions);
  const standing = standingFrom(record, visible, program, decisions.at(-1));
  const { window } = standing;
  const start = window?.start ?? null;
  const inWindow = entries.filter((entry) => start === null || entry.effectiveOn >= start);
  const due = window?.due ?? null;
  const counted = inWindow.filter((entry) => due === null || entry.effectiveOn < due);
  const review = decisions.findLast(({ told }) => told.kind === 'checkpoint');
  return {
    view,
    onboardedOn: record.onboardedOn,
    program,
    standing,
    outlook: outlookOf(standing, sum(counted), program),
    before: figures(entries.filter((entry) => start !== null && entry.effectiveOn < start)),
    days: byDay(inWindow),
    decisions,
    lastReview: review === undefined ? null : { decision: review, days: daysReviewed(record, review) },
  };
}

function standingFrom(
  record: CreatorRecord,
  { entries }: VisibleRecord,
  program: Program,
  last: RetracedDecision | undefined,
): Standing {
  const adjustments = entries.filter(({ adjustmentNumber }) => adjustmentNumber > 0);
  const booked = entries.map(({ bookedOn }) => bookedOn);
  return {
    ...(last?.after ?? { ...NEWCOMER, reachedOn: record.onboardedOn }),
    lifetime: sum(entries),
    adjustmentCount: adjustments.length,
    bookedThrough: booked.reduce<CalendarDate | null>(
      (latest, on) => (latest === null || on > latest ? on : latest),
      null,
    ),
    syncSequence: entries.reduce((latest, { syncSequence }) => Math.max(latest, syncSequence), 0),
    programVersion: program.version,
  };
}

function daysReviewed(record: CreatorRecord, { told }: RetracedDecision): DayFigures[] {
  const { windowStart, dueDate } = told;
  if (windowStart === null || dueDate === null) return [];
  const within = (entry: LedgerEntry) => entry.effectiveOn >= windowStart && entry.effectiveOn < dueDate;
  return byDay(record.entries.filter((entry) => within(entry) && wasHeld(entry, told)));
}

function byDay(entries: readonly LedgerEntry[]): DayFigures[] {
  const days = new Map<CalendarDate, LedgerEntry[]>();
  for (const entry of entries) {
    const day = days.get(entry.effectiveOn);
    if (day === undefined) days.set(entry.effectiveOn, [entry]);
    else day.push(entry);
  }
  return [...days].map(([date, ofDay]) => ({ date, ...figures(ofDay) })).sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** Of any entries: what syncs and what adjustments brought. */
export function figures(entries: readonly LedgerEntry[]): Figures {
  const adjustments = entries.filter(({ adjustmentNumber }) => adjustmentNumber > 0);
  return { sales: sum(entries) - sum(adjustments), adjustments: sum(adjustments) };
}

function sum(entries: readonly LedgerEntry[]): MetricValue {
  return entries.reduce((total, { value }) => total + value, 0n);
}
