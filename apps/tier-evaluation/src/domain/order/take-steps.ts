import type { CalendarDate } from '#libs/kernel';
import { evaluateCheckpoint, windowDueBy } from '../checkpoint/evaluate-checkpoint.ts';
import type { Program } from '../program/program.ts';
import { promote } from '../promotion/promote.ts';
import type { PromotionCause } from '../standing/decision.ts';
import { openFrom } from '../standing/standing.ts';
import { later, type LedgerEntry, type Progress } from './progress.ts';

/** Something that happens to a creator: sales of a sync, an adjustment, the watermark's move, a new program version. */
export interface Occasion {
  /** Step 1 reviews what was due by this date: the business date of the client's sync before. Null: there was none. */
  readonly reviewFirst: CalendarDate | null;
  /** Step 2. Reads the date from which windows are open, and books. */
  readonly book: (openFrom: CalendarDate | null) => readonly LedgerEntry[];
  /** The sync whose sales step 2 books: known from then on, to step 1 not yet. */
  readonly syncSequence?: number;
  /** Steps 3 and 4: the date whose reviews are due, and that a promotion is dated to. */
  readonly date: CalendarDate;
  readonly cause: PromotionCause;
}

export const nothingToBook = (): readonly LedgerEntry[] => [];

/**
 * The one order in which everything happens to a creator: (1) review what an earlier sync made due, (2) book, (3) review
 * what this date makes due, (4) promote. Step 1 comes first so that a late sighting never reaches into a window that an
 * earlier sync has closed, whether or not the watermark has been there; so no interleaving of events and watermarks
 * changes the end.
 */
export function takeSteps(progress: Progress, occasion: Occasion, program: Program): Progress {
  const reviewed = reviewDue(progress, occasion.reviewFirst, program);
  const booked = book(reviewed, occasion);
  const due = reviewDue(booked, occasion.date, program);
  // A run that comes late (a watermark behind the creator's own events) must not date anything before what they saw.
  const date = later(due.standing.bookedThrough, occasion.date);
  const lifted = promote(due.standing, { date, cause: occasion.cause }, due.entries, program);
  return {
    ...due,
    standing: { ...(lifted?.standing ?? due.standing), bookedThrough: date, programVersion: program.version },
    decisions: lifted === undefined ? due.decisions : [...due.decisions, lifted.decision],
  };
}

/** Overdue windows are evaluated one after another. */
export function reviewDue(progress: Progress, through: CalendarDate | null, program: Program): Progress {
  if (through === null) return progress;
  let { standing } = progress;
  const decisions = [...progress.decisions];
  for (let window = windowDueBy(standing, through); window; window = windowDueBy(standing, through)) {
    const review = evaluateCheckpoint(standing, window, progress.entries, program);
    standing = review.standing;
    decisions.push(review.decision);
  }
  return standing === progress.standing ? progress : { ...progress, standing, decisions };
}

function book(progress: Progress, occasion: Occasion): Progress {
  const booked = occasion.book(openFrom(progress.standing));
  const sums = booked.map((entry) => ({
    date: entry.effectiveOn,
    value: entry.value,
    adjustments: entry.adjustmentNumber > 0 ? 1 : 0,
  }));
  const { standing } = progress;
  return {
    ...progress,
    standing: {
      ...standing,
      syncSequence: occasion.syncSequence ?? standing.syncSequence,
      lifetime: sums.reduce((sum, { value }) => sum + value, standing.lifetime),
      adjustmentCount: sums.reduce((sum, { adjustments }) => sum + adjustments, standing.adjustmentCount),
    },
    entries: progress.entries.with(sums),
    booked: [...progress.booked, ...booked],
  };
}
