import type { AdjustmentId, CalendarDate } from '#libs/kernel';
import type { MetricValue } from '../ladder/ladder.ts';
import type { Program } from '../program/program.ts';
import { openFrom } from '../standing/standing.ts';
import { applyPublication } from './apply-publication.ts';
import { later, type Progress } from './progress.ts';
import { reviewDue, takeSteps } from './take-steps.ts';

export interface Adjustment {
  readonly id: AdjustmentId;
  readonly value: MetricValue;
  /** Null: today. */
  readonly effectiveDate: CalendarDate | null;
}

/** What the client's clock showed: the programme date and the sequence of its sync. */
export interface ProgrammeToday {
  readonly date: CalendarDate;
  readonly syncSequence: number;
}

export type AdjustmentOutcome =
  | { readonly kind: 'booked'; readonly progress: Progress; readonly effectiveDate: CalendarDate }
  | { readonly kind: 'date_out_of_range'; readonly from: CalendarDate | null; readonly to: CalendarDate };

/**
 * A manual correction, dated where the admin says if that is neither in a closed window nor in the future. The creator
 * may be ahead of the programme date by an event of a sync that is still being applied; its own latest date counts then.
 */
export function handleAdjustment(
  progress: Progress,
  adjustment: Adjustment,
  today: ProgrammeToday,
  program: Program,
): AdjustmentOutcome {
  const date = later(progress.standing.bookedThrough, today.date);
  const reviewed = reviewDue(applyPublication(progress, program), date, program);
  const from = openFrom(reviewed.standing);
  const effectiveOn = adjustment.effectiveDate ?? date;
  if (effectiveOn > date || (from !== null && effectiveOn < from)) return { kind: 'date_out_of_range', from, to: date };
  const entry = {
    bookedOn: date,
    effectiveOn,
    syncSequence: Math.max(today.syncSequence, progress.standing.syncSequence),
    adjustmentNumber: progress.standing.adjustmentCount + 1,
    value: adjustment.value,
  };
  const cause = { kind: 'adjustment', adjustmentId: adjustment.id } as const;
  const after = takeSteps(reviewed, { reviewFirst: date, book: () => [entry], date, cause }, program);
  return { kind: 'booked', progress: after, effectiveDate: effectiveOn };
}
