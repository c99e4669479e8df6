import type { MetricValue } from '../ladder/ladder.ts';
import { parseMetric } from '../program/metric-format.ts';
import type { Program } from '../program/program.ts';

export const ADJUSTMENT_KINDS = ['manual_sale', 'refund', 'bonus', 'correction'] as const;
export type AdjustmentKind = (typeof ADJUSTMENT_KINDS)[number];

/** What an admin sends: an amount of money, or as a bare decimal of the program's currency; or a number of units. */
export interface ValueDraft {
  readonly amount?: string | { readonly amount: string; readonly currency: string } | null | undefined;
  readonly units?: number | null | undefined;
}

export type ValueReading =
  | { readonly kind: 'value'; readonly value: MetricValue }
  | { readonly kind: 'faulty'; readonly pointer: string; readonly code: string; readonly message: string };

const MAX_VALUE = 10n ** 15n;

/** Signed, in the program's metric only. */
export function readAdjustmentValue(draft: ValueDraft, program: Program): ValueReading {
  const expected = program.metric === 'sales' ? 'amount' : 'units';
  const other = program.metric === 'sales' ? 'units' : 'amount';
  if (isGiven(draft[other]))
    return faulty(other, 'wrong_metric', `this program counts ${program.metric}: send ${expected}`);
  const given = draft[expected];
  if (!isGiven(given)) return faulty(expected, 'required', `${expected} is missing`);
  if (typeof given === 'object' && given.currency !== program.currency) {
    return faulty('amount/currency', 'wrong_currency', `the program's currency is ${program.currency}`);
  }
  const value = parseMetric(typeof given === 'object' ? given.amount : String(given), program);
  if (value === undefined || value > MAX_VALUE || value < -MAX_VALUE) {
    return faulty(expected, 'malformed', `${expected} is a decimal of the program's metric`);
  }
  return { kind: 'value', value };
}

/** A member that is null is one that is not there. */
function isGiven<T>(member: T | null | undefined): member is T {
  return member !== undefined && member !== null;
}

function faulty(field: string, code: string, message: string): ValueReading {
  return { kind: 'faulty', pointer: `/${field}`, code, message };
}
