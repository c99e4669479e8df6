import { inParallel } from '../../infra/demo/api-client.ts';
import { minorOf, type CreatorView, type Programme } from './programme.ts';

interface DecisionView {
  readonly kind: 'promotion' | 'checkpoint';
  readonly decidedFor: string;
  readonly windowStart: string | null;
  readonly dueDate: string | null;
  readonly value: string;
  readonly threshold: string;
  readonly tierBefore: number;
  readonly tierAfter: number;
  readonly outcome: string;
  readonly cause: { readonly kind: string; readonly syncId: string };
}

interface ExplainedDecision extends DecisionView {
  readonly recomputed: { readonly value: string; readonly threshold: string; readonly outcome: string } | null;
  readonly agrees: boolean;
}

interface DayView {
  readonly sales: string;
  readonly adjustments: string;
}

interface Explanation {
  readonly tier: number;
  readonly promotion: { readonly lifetime: string; readonly base: string; readonly value: string };
  readonly lastReview: (ExplainedDecision & { readonly opening: string; readonly days: readonly DayView[] }) | null;
  readonly decisions: readonly ExplainedDecision[];
  readonly sentences: readonly string[];
}

/**
 * Asks of every decision ever made on some creators why, at its date and as its sync made it known.
 * @returns how many were asked about, and those whose value, threshold or outcome the answer does not reproduce
 */
export async function explainDecisions(
  programme: Programme,
  creators: readonly CreatorView[],
): Promise<{ asked: number; faults: object[] }> {
  const perCreator = await inParallel(creators, async (creator) => {
    const path = `/v1/creators/${creator.id}`;
    const decisions = await programme.admin.all<DecisionView>(`${path}/decisions`);
    const faults: object[] = [];
    for (const [index, decision] of decisions.entries()) {
      const view = `asOf=${decision.decidedFor}&knownAt=${decision.cause.syncId}`;
      const explanation = await programme.admin.get<Explanation>(`${path}/tier/explain?${view}`);
      if (!reproduces(explanation, decision, index)) faults.push({ handle: creator.handle, decision, explanation });
    }
    return { asked: decisions.length, faults };
  });
  return {
    asked: perCreator.reduce((sum, { asked }) => sum + asked, 0),
    faults: perCreator.flatMap(({ faults }) => faults),
  };
}

/** Asks some creators why they stand where they do, and whether each decision so far agrees with its ledger. */
export async function disagreeing(programme: Programme, creators: readonly CreatorView[]): Promise<string[]> {
  const found = await inParallel(creators, async ({ id, handle, tier }) => {
    const explanation = await programme.admin.get<Explanation>(`/v1/creators/${id}/tier/explain`);
    return explanation.tier === tier && explanation.decisions.every(({ agrees }) => agrees) ? [] : [handle];
  });
  return found.flat();
}

/** The figures themselves, where the decision is the latest that could be seen: P of its moment, or V from its days. */
function reproduces(explanation: Explanation, decision: DecisionView, index: number): boolean {
  const row = explanation.decisions[index];
  if (row === undefined || !row.agrees || explanation.sentences.length === 0) return false;
  const same = (['kind', 'decidedFor', 'windowStart', 'dueDate', 'value', 'threshold', 'outcome'] as const).every(
    (figure) => row[figure] === decision[figure],
  );
  const { recomputed } = row;
  if (!same || recomputed?.value !== decision.value || recomputed.threshold !== decision.threshold) return false;
  if (recomputed.outcome !== decision.outcome) return false;
  if (index < explanation.decisions.length - 1) return true;
  return explanation.tier === decision.tierAfter && valueOf(explanation, decision) === minorOf(decision.value);
}

function valueOf({ promotion, lastReview }: Explanation, decision: DecisionView): number {
  if (decision.kind === 'promotion') return minorOf(promotion.lifetime) - minorOf(promotion.base);
  const booked = lastReview?.days.reduce((sum, day) => sum + minorOf(day.sales) + minorOf(day.adjustments), 0);
  return (booked ?? Number.NaN) - minorOf(lastReview?.opening ?? '');
}
