import { addMonths, type CalendarDate } from '#libs/kernel';
import { ENTRY_TIER, type TierNumber } from '../ladder/ladder.ts';
import type { Program } from '../program/program.ts';

/**
 * A creator's own period `[start, due)`. Window k of an anchor ends at `addMonths(anchor, k * months)`, so that a day
 * clamped in a short month comes back in a long one.
 */
export interface Window {
  readonly start: CalendarDate;
  /** Null where nothing is reviewed: in the entry tier and in lifetime mode. */
  readonly due: CalendarDate | null;
  /** The date the tier was reached. */
  readonly anchor: CalendarDate;
  /** k, from 1. */
  readonly number: number;
  /** The program's months when the anchor was set. */
  readonly months: number;
}

/** The first window in a tier, anchored at the date the tier is reached. */
export function openWindow(reachedOn: CalendarDate, tier: TierNumber, program: Program): Window {
  const months = program.checkpointMonths;
  const reviewed = tier > ENTRY_TIER && program.mode === 'checkpoint';
  return {
    start: reachedOn,
    due: reviewed ? addMonths(reachedOn, months) : null,
    anchor: reachedOn,
    number: 1,
    months,
  };
}

/** The window after a maintained one. A program that changed its months is anchored anew, at the due date. */
export function followingWindow(window: Window & { due: CalendarDate }, months: number): Window {
  if (months !== window.months) {
    return { start: window.due, due: addMonths(window.due, months), anchor: window.due, number: 1, months };
  }
  const number = window.number + 1;
  return { ...window, start: window.due, due: addMonths(window.anchor, number * months), number };
}
