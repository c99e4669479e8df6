import type { PayoutAttempt } from './payout-run.ts';
import { TRANSACTION_ID, ZERO_TRANSACTION } from './transaction-id.ts';

/** What the provider says of a payout: it arrived, it never will, or that is not known yet. */
export type Verdict = 'success' | 'failure' | 'unfinished';

const WORDS: Readonly<Record<Verdict, readonly string[]>> = {
  success: ['success', 'succeeded', 'completed', 'complete', 'paid'],
  failure: ['failed', 'failure', 'denied', 'returned', 'blocked', 'refunded', 'reversed', 'canceled', 'cancelled'],
  unfinished: ['pending', 'processing', 'new', 'unclaimed', 'onhold', 'held'],
};
const VERDICTS = new Map(
  (Object.entries(WORDS) as [Verdict, readonly string[]][]).flatMap(([verdict, words]) =>
    words.map((word) => [word, verdict] as const),
  ),
);

/** @returns undefined for a word that no documented report holds: nothing is ever concluded from one */
export function verdictOf(status: string): Verdict | undefined {
  return VERDICTS.get(status.toLowerCase().replace(/[^a-z]/g, ''));
}

export interface ResultLine {
  readonly reference: string;
  /** Empty when the provider gives none. */
  readonly transactionId: string;
  readonly status: string;
}

export type ResultOutcome =
  | 'paid'
  | 'failed'
  | 'pending'
  | 'already_paid'
  | 'already_failed'
  | 'late_success'
  | 'failed_after_paid'
  | 'unknown_reference'
  | 'duplicate_reference'
  | 'duplicate_transaction'
  | 'other_run'
  | 'transaction_id_missing'
  | 'transaction_id_invalid'
  | 'unknown_status';

export interface ResultPlace {
  /** The run that the file was sent to. */
  readonly runId: string;
  /** The file has told of this reference before. */
  readonly isRepeated: boolean;
  /** The transaction has paid another payout. */
  readonly isTransactionKnown: boolean;
}

/**
 * What a line of the provider's results means for an attempt as it stands. Only a payout that is pending changes by it,
 * and only by the end of its story; that an attempt which was given up, or settled by another transaction, did arrive is
 * told to people and never booked: the payout may have been made again.
 */
export function judgeResult(
  line: ResultLine,
  attempt: Pick<PayoutAttempt, 'runId' | 'status' | 'transactionId'> | undefined,
  place: ResultPlace,
): ResultOutcome {
  if (attempt === undefined) return 'unknown_reference';
  const verdict = verdictOf(line.status);
  if (verdict === undefined) return 'unknown_status';
  const settled = attempt.status === 'pending' ? undefined : judgeSettled(line, verdict, attempt);
  if (settled === 'late_success') return settled;
  if (place.isRepeated) return 'duplicate_reference';
  return settled ?? judgePending(line, verdict, { ...place, isOwn: attempt.runId === place.runId });
}

function judgeSettled(
  line: ResultLine,
  verdict: Verdict,
  attempt: Pick<PayoutAttempt, 'status' | 'transactionId'>,
): ResultOutcome {
  if (attempt.status === 'failed') return verdict === 'success' ? 'late_success' : 'already_failed';
  if (verdict === 'failure') return 'failed_after_paid';
  const differs = line.transactionId !== '' && line.transactionId !== attempt.transactionId;
  return verdict === 'success' && differs ? 'late_success' : 'already_paid';
}

function judgePending(
  line: ResultLine,
  verdict: Verdict,
  place: ResultPlace & { readonly isOwn: boolean },
): ResultOutcome {
  if (!place.isOwn) return 'other_run';
  if (verdict === 'unfinished') return 'pending';
  if (verdict === 'failure') return 'failed';
  if (line.transactionId === '' || line.transactionId === ZERO_TRANSACTION) return 'transaction_id_missing';
  if (!TRANSACTION_ID.test(line.transactionId)) return 'transaction_id_invalid';
  return place.isTransactionKnown ? 'duplicate_transaction' : 'paid';
}
