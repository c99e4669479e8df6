import type { CalendarDate } from '#libs/kernel';
import type { PublishedProgram } from '../explain/creator-record.ts';
import { later } from '../order/progress.ts';
import type { Program } from '../program/program.ts';
import { standingAfter } from '../standing/standing-after.ts';
import { NEWCOMER, type Standing } from '../standing/standing.ts';
import type { CreatorFacts } from './creator-facts.ts';

/** The client's program versions by number. */
export type Programs = ReadonlyMap<number, Program>;

export function byVersion(published: readonly PublishedProgram[]): Programs {
  return new Map(published.map(({ program }) => [program.version, program]));
}

/**
 * Where a creator stands, out of what was told, booked and decided alone. Decisions are the truth of what was decided:
 * nothing is decided again here. Two figures can not be known better than from below, since handling a creator may move
 * them without leaving anything: `bookedThrough` (a review that came late) and `programVersion`.
 */
export function deriveStanding(facts: CreatorFacts, programs: Programs): Standing {
  const begun: Standing = { ...NEWCOMER, reachedOn: facts.onboardedOn };
  const decided = facts.decisions.reduce(
    (standing, decision) => standingAfter(standing, decision, programOf(decision.programVersion, programs)),
    begun,
  );
  return {
    ...decided,
    lifetime: facts.ledger.sales + facts.ledger.adjustments,
    bookedThrough: bookedThrough(facts),
    syncSequence: facts.told?.syncSequence ?? 0,
    programVersion: Math.max(
      facts.told?.programVersion ?? 0,
      facts.adjustments.programVersion,
      facts.decisions.at(-1)?.programVersion ?? 0,
    ),
    checkpointCount: facts.checkpointCount,
    adjustmentCount: facts.adjustments.count,
    decisionCount: facts.decisionCount,
  };
}

function bookedThrough(facts: CreatorFacts): CalendarDate | null {
  const dates = [
    facts.told !== null && facts.told.syncSequence > 0 ? facts.told.businessDate : null,
    facts.ledger.bookedThrough,
    facts.reviewedThrough,
    facts.decisions.at(-1)?.decidedFor ?? null,
  ];
  return dates.reduce((latest, date) => later(latest, date), null);
}

function programOf(version: number, programs: Programs): Program {
  const program = programs.get(version);
  if (program === undefined) throw new Error(`a decision names program version ${version}, which there is not`);
  return program;
}
