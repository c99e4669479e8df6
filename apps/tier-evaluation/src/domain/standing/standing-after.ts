import type { Program } from '../program/program.ts';
import { followingWindow, openWindow, type Window } from '../window/window.ts';
import type { Standing } from './standing.ts';
import type { ToldDecision } from './told-decision.ts';

type Decided = Pick<
  ToldDecision,
  'kind' | 'number' | 'decidedFor' | 'tierBefore' | 'tierAfter' | 'tierVersion' | 'base' | 'opening'
>;

/**
 * Where a creator stands after a decision that has been made: what its row says, and the window that follows from it.
 * `program` is the version the decision was made under. Totals and counts of the ledger stay as they are.
 */
export function standingAfter(standing: Standing, decision: Decided, program: Program): Standing {
  const changed = decision.tierAfter !== decision.tierBefore;
  const { window } = standing;
  return {
    ...standing,
    tier: decision.tierAfter,
    tierVersion: decision.tierVersion,
    reachedOn: changed ? decision.decidedFor : standing.reachedOn,
    window:
      changed || window === null
        ? openWindow(decision.decidedFor, decision.tierAfter, program)
        : followingWindow(dueOn(window, decision), program.checkpointMonths),
    opening: decision.kind === 'promotion' ? decision.opening : 0n,
    base: decision.base,
    checkpointCount: standing.checkpointCount + (decision.kind === 'checkpoint' ? 1 : 0),
    decisionCount: decision.number,
  };
}

/** A checkpoint is dated to the due date of the window it closed. */
function dueOn(window: Window, { decidedFor }: Decided): Window & { due: Decided['decidedFor'] } {
  return { ...window, due: decidedFor };
}
