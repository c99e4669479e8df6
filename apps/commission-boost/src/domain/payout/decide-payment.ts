import type { CalendarDate } from '#libs/kernel';
import type { Boost } from '../boost/boost.ts';
import { hasReached, type BoostStatus } from '../boost/boost-status.ts';
import { isHeld, payableFrom } from './payout-hold.ts';
import { ZERO_TRANSACTION } from './transaction-id.ts';

export interface PaymentOrder {
  readonly transactionId: string | null;
  readonly overrideHoldReason: string | null;
  /** The admin knows that an attempt which was given up has arrived, and pays by another transaction all the same. */
  readonly overrideLateSuccess?: boolean;
}

export interface PaymentCircumstances {
  /** The client's programme date; null before its first applied sync. */
  readonly today: CalendarDate | null;
  /** A payout run that has not ended holds the boost, with the amount and the account of its freezing. */
  readonly isInOpenRun: boolean;
  /** The transaction has paid another boost, or is that by which another's payout arrived late. */
  readonly isTransactionKnown: boolean;
  /** By which attempts of this boost that were given up have arrived after all. */
  readonly lateTransactions: readonly string[];
}

export type PaymentDecision =
  | {
      readonly kind: 'pay';
      /** The steps to make, in order. */
      readonly steps: readonly BoostStatus[];
      readonly transactionId: string;
      /** Null when there was no hold to override. */
      readonly holdOverrideReason: string | null;
    }
  | { readonly kind: 'already_paid' }
  | { readonly kind: 'in_run' }
  | { readonly kind: 'not_payable' }
  | { readonly kind: 'transaction_id_missing' }
  | { readonly kind: 'duplicate_transaction' }
  | { readonly kind: 'arrived_late'; readonly transactionIds: readonly string[] }
  | { readonly kind: 'on_hold'; readonly payableFrom: CalendarDate };

/**
 * Whether a boost is paid now. An amount of 0 needs no payment details and goes through `pending_payout` on its way;
 * nothing is transferred for it, so its transaction id is `zero`, whatever the order says.
 */
export function decidePayment(boost: Boost, order: PaymentOrder, circumstances: PaymentCircumstances): PaymentDecision {
  const { today, isInOpenRun } = circumstances;
  if (boost.status === 'paid') return { kind: 'already_paid' };
  if (isInOpenRun) return { kind: 'in_run' };
  if (boost.activation === null || boost.finalPayoutMinor === null) return { kind: 'not_payable' };
  const nothingToTransfer = boost.finalPayoutMinor === 0n;
  const steps = stepsToPaid(boost.status, nothingToTransfer);
  if (steps === undefined) return { kind: 'not_payable' };
  const transactionId = nothingToTransfer ? ZERO_TRANSACTION : order.transactionId;
  if (transactionId === null || (!nothingToTransfer && transactionId === ZERO_TRANSACTION)) {
    return { kind: 'transaction_id_missing' };
  }
  const refused = nothingToTransfer ? undefined : refuseTransaction(transactionId, order, circumstances);
  if (refused !== undefined) return refused;
  const from = payableFrom(boost.activation.expiryDate, boost.terms.clearingDays);
  const held = isHeld(from, today);
  if (held && order.overrideHoldReason === null) return { kind: 'on_hold', payableFrom: from };
  return { kind: 'pay', steps, transactionId, holdOverrideReason: held ? order.overrideHoldReason : null };
}

/** A transaction pays one boost; and a boost whose money has arrived is not sent more of it unawares. */
function refuseTransaction(
  transactionId: string,
  { overrideLateSuccess = false }: PaymentOrder,
  { isTransactionKnown, lateTransactions }: PaymentCircumstances,
): Extract<PaymentDecision, { kind: 'duplicate_transaction' | 'arrived_late' }> | undefined {
  if (isTransactionKnown) return { kind: 'duplicate_transaction' };
  if (lateTransactions.length === 0 || overrideLateSuccess || lateTransactions.includes(transactionId))
    return undefined;
  return { kind: 'arrived_late', transactionIds: lateTransactions };
}

function stepsToPaid(status: BoostStatus, nothingToTransfer: boolean): readonly BoostStatus[] | undefined {
  if (status === 'pending_payout') return ['paid'];
  if (status === 'pending_info' && nothingToTransfer) return ['pending_payout', 'paid'];
  return undefined;
}

export type ChangeDecision = 'allowed' | 'already_paid' | 'too_early';

/** The final amount may be set from `expired` on, until the boost is paid; not while a run is about to pay another. */
export function decideFinalAmount(status: BoostStatus, isInOpenRun: boolean): ChangeDecision | 'in_run' {
  if (status === 'paid') return 'already_paid';
  if (isInOpenRun) return 'in_run';
  return hasReached(status, 'expired') ? 'allowed' : 'too_early';
}

/** Payment details may be given from `pending_info` on, and changed until the boost is paid. */
export function decidePaymentDetails(status: BoostStatus): ChangeDecision {
  if (status === 'paid') return 'already_paid';
  return hasReached(status, 'pending_info') ? 'allowed' : 'too_early';
}
