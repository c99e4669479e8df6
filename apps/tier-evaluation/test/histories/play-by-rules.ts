import type { Decision } from '../../src/domain/standing/decision.ts';
import { programOf } from '../../src/domain/program/program.ts';
import { aSyncId, CreatorHistory } from '../creator-history.ts';
import type { ClientHistory } from './client-history.ts';
import { told, type Outcome } from './outcome.ts';
import type { Happening } from './timeline.ts';

/** One creator's share of what happens to the client, in that order, by the rules of the domain alone. */
export function playByRules(
  history: ClientHistory,
  happenings: readonly Happening[],
  creator: number,
): Outcome | undefined {
  const life = new CreatorHistory(programOf(1, null, history.program));
  const adjustments: string[] = [];
  for (const happening of happenings) {
    switch (happening.kind) {
      case 'delivery':
        for (const sync of happening.events.get(creator) ?? []) life.book(salesOf(history, creator, sync));
        break;
      case 'watermark':
        if (!happening.parked.has(creator))
          for (const sync of happening.syncs) life.watermark(history.syncs[sync]!.date, sync + 1);
        break;
      case 'adjustments': {
        const given = happening.given.get(creator);
        if (given === undefined) break;
        const outcome = life.correct(happening.today, given.value, given.effectiveOn);
        adjustments.push(outcome.kind === 'booked' ? outcome.effectiveDate : 'refused');
        break;
      }
      case 'overdue':
        life.watermark(happening.date, history.syncs.length);
        break;
    }
  }
  return life.standing.syncSequence === 0 ? undefined : outcomeOf(history, life, adjustments);
}

function salesOf(history: ClientHistory, creator: number, sync: number) {
  return {
    syncId: aSyncId(sync + 1),
    syncSequence: sync + 1,
    businessDate: history.syncs[sync]!.date,
    previousBusinessDate: history.syncs[sync - 1]?.date ?? null,
    differences: history.creators[creator]?.[sync]?.brought ?? [],
  };
}

function outcomeOf(history: ClientHistory, life: CreatorHistory, adjustments: readonly string[]): Outcome {
  const { tier, tierVersion, reachedOn, window, lifetime, base, opening } = life.standing;
  const days: Record<string, bigint> = {};
  for (const { effectiveOn, value } of life.ledger) days[effectiveOn] = (days[effectiveOn] ?? 0n) + value;
  return {
    tier,
    tierVersion,
    reachedOn,
    windowStart: window?.start ?? null,
    dueDate: window?.due ?? null,
    lifetime,
    base,
    opening,
    adjustments,
    decisions: life.decisions.map((decision) => told({ ...decision, cause: causeOf(history, decision) })),
    days,
  };
}

function causeOf(history: ClientHistory, decision: Decision): string {
  if (decision.kind === 'checkpoint')
    return `sync ${history.syncs.findIndex(({ date }) => date >= decision.dueDate) + 1}`;
  const { cause } = decision;
  if (cause.kind === 'program') return `program ${cause.version}`;
  return cause.kind === 'sync' ? `sync ${numberIn(cause.syncId)}` : `adjustment ${numberIn(cause.adjustmentId)}`;
}

function numberIn(id: string): number {
  return Number(id.slice(-12));
}
