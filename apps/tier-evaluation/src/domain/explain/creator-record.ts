import type { CalendarDate } from '#libs/kernel';
import type { LedgerEntry } from '../order/progress.ts';
import type { Program } from '../program/program.ts';
import type { ToldDecision } from '../standing/told-decision.ts';

/** A version of the program with the client's sync after which it was published; 0: before the first. */
export interface PublishedProgram {
  readonly program: Program;
  readonly syncSequence: number;
}

/** What is known of a creator for good: rows that are only ever added to. No running total is among them. */
export interface CreatorRecord {
  /** Null until ingestion has told; the first sales may come before. */
  readonly onboardedOn: CalendarDate | null;
  /** From the first. */
  readonly decisions: readonly ToldDecision[];
  readonly entries: readonly LedgerEntry[];
  /** From version 1. */
  readonly programs: readonly PublishedProgram[];
}

/** A sync of the client as a moment of knowledge: everything up to its application, and nothing that came after it. */
export interface KnownAt {
  readonly sequence: number;
  readonly businessDate: CalendarDate;
}

/** The two clocks: a business date, and what the programme knew; null: everything it knows now. */
export interface Viewpoint {
  readonly asOf: CalendarDate;
  readonly knownAt: KnownAt | null;
}

/** @throws Error for a version that was never published: decisions name only versions that were in force. */
export function programVersion(record: CreatorRecord, version: number): Program {
  const found = record.programs.find(({ program }) => program.version === version);
  if (found === undefined) throw new Error(`there is no version ${version} of the program`);
  return found.program;
}
