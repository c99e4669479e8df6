/** What a creator has come to, in words that can be compared and read. */
export interface Outcome {
  readonly tier: number;
  readonly tierVersion: number;
  readonly reachedOn: string | null;
  readonly windowStart: string | null;
  readonly dueDate: string | null;
  readonly lifetime: bigint;
  readonly base: bigint;
  readonly opening: bigint;
  /** Of each adjustment the date it counts for, or `refused`. */
  readonly adjustments: readonly string[];
  readonly decisions: readonly string[];
  /** What is booked, by the date it counts for. */
  readonly days: Readonly<Record<string, bigint>>;
}

export interface DecisionFigures {
  readonly kind: 'promotion' | 'checkpoint';
  readonly decidedFor: string;
  readonly windowStart: string | null;
  readonly dueDate: string | null;
  readonly value: bigint;
  readonly threshold: bigint;
  readonly tierBefore: number;
  readonly tierAfter: number;
  readonly outcome: 'promoted' | 'maintained' | 'demoted';
  readonly tierVersion: number;
  readonly base: bigint;
  readonly opening: bigint;
  readonly adjustmentsCounted: number;
  readonly syncSequence: number;
  readonly adjustmentNumber: number;
}

export function told(decision: DecisionFigures & { readonly cause: string }): string {
  const { kind, decidedFor, windowStart, dueDate, value, threshold, tierBefore, tierAfter, outcome } = decision;
  const window = `[${windowStart ?? '-'}, ${dueDate ?? '-'})`;
  const figures = `base ${decision.base} opening ${decision.opening} v${decision.tierVersion}`;
  const knowing = `${decision.adjustmentsCounted} adjustments counted, sync ${decision.syncSequence} and ${decision.adjustmentNumber} known`;
  return `${kind} ${decidedFor} ${window} ${value}/${threshold}: ${tierBefore}->${tierAfter} ${outcome}, ${figures}, ${knowing}, by ${decision.cause}`;
}

/** Days in order, and those that come to nothing left out: a day may be booked as +5 and -5, or not at all. */
export function asText(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'unknown';
  const days = Object.entries(outcome.days)
    .filter(([, value]) => value !== 0n)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const plain = { ...outcome, days: days.map(([date, value]) => `${date} ${value}`) };
  return JSON.stringify(plain, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value), 1);
}
