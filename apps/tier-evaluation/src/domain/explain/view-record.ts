import type { LedgerEntry } from '../order/progress.ts';
import type { Program } from '../program/program.ts';
import type { ToldDecision } from '../standing/told-decision.ts';
import type { CreatorRecord, Viewpoint } from './creator-record.ts';

/** The part of a creator's record that is visible from a viewpoint. */
export interface VisibleRecord {
  readonly decisions: readonly ToldDecision[];
  readonly entries: readonly LedgerEntry[];
  /** The version then in force; undefined if none was. */
  readonly program: Program | undefined;
}

export function viewRecord(record: CreatorRecord, view: Viewpoint): VisibleRecord {
  const decisions = visibleDecisions(record, view);
  return {
    decisions,
    entries: visibleEntries(record, view, decisions),
    program: visibleProgram(record, view, decisions),
  };
}

/** Of a decision, what the creator's ledger held when it was made. */
export function wasHeld(entry: LedgerEntry, decision: ToldDecision): boolean {
  return entry.adjustmentNumber === 0
    ? entry.syncSequence <= decision.syncSequence
    : entry.adjustmentNumber <= decision.adjustmentNumber;
}

/** Decisions are numbered in the order in which they were made, so whoever knows one knows those before it. */
function visibleDecisions(record: CreatorRecord, view: Viewpoint): ToldDecision[] {
  const made = record.decisions.filter((decision) => decision.decidedFor <= view.asOf);
  const last = made.findLastIndex((decision) => isKnown(knownSince(record, decision), view));
  return made.slice(0, last + 1);
}

/**
 * Booked up to the date and known; or counted by the last visible review. A review may be made by a sync of a later date
 * than its own, which may have dated sales into the window: as of the due date they count, though booked after it.
 */
function visibleEntries(
  record: CreatorRecord,
  view: Viewpoint,
  decisions: readonly ToldDecision[],
): readonly LedgerEntry[] {
  const review = decisions.findLast(({ kind }) => kind === 'checkpoint');
  return record.entries.filter((entry) => {
    if (!isKnown(entryKnownSince(entry), view)) return false;
    if (entry.bookedOn <= view.asOf) return true;
    return review !== undefined && entry.effectiveOn < review.decidedFor && wasHeld(entry, review);
  });
}

/** Never older than what the last decision was made under: sales that were held back meet the program of a later day. */
function visibleProgram(
  record: CreatorRecord,
  view: Viewpoint,
  decisions: readonly ToldDecision[],
): Program | undefined {
  const decidedUnder = decisions.at(-1)?.programVersion ?? 0;
  return record.programs.findLast(({ program, syncSequence }) => {
    if (program.version <= decidedUnder) return true;
    const published = program.publishedOn === null || program.publishedOn <= view.asOf;
    return published && isKnown(syncSequence + 1, view);
  })?.program;
}

/**
 * The sequence of the first sync with whose application something was known. What a sync brought or made due is known
 * with it. Adjustments and publications stand between two syncs: a moment after the one, known with the other.
 */
function knownSince(record: CreatorRecord, decision: ToldDecision): number {
  const { cause, causingSync } = decision;
  switch (cause?.kind) {
    case 'adjustment': {
      const entry = record.entries.find(({ adjustmentNumber }) => adjustmentNumber === decision.adjustmentNumber);
      return (entry?.syncSequence ?? decision.syncSequence) + 1;
    }
    case 'program': {
      const published = record.programs.find(({ program }) => program.version === cause.version);
      return (published?.syncSequence ?? decision.syncSequence) + 1;
    }
    case 'sync':
      return Math.max(causingSync?.sequence ?? 0, decision.syncSequence);
    case undefined:
      return Number.POSITIVE_INFINITY;
  }
}

function entryKnownSince(entry: LedgerEntry): number {
  return entry.adjustmentNumber === 0 ? entry.syncSequence : entry.syncSequence + 1;
}

function isKnown(since: number, view: Viewpoint): boolean {
  return view.knownAt === null || since <= view.knownAt.sequence;
}
