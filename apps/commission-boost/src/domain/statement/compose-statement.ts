import { decimalsOf } from '#libs/kernel';
import type { Payment } from '../boost/boost.ts';
import { calculatePayout } from '../payout/calculate-payout.ts';
import { payableFrom } from '../payout/payout-hold.ts';
import type { ReadSync, StatementEntry, StatementExtent, StatementSource } from './statement.ts';

/** Frozen: a statement says under which schema it was written, and whoever checks it knows that one for ever. */
export const STATEMENT_SCHEMA = 'laurel.statement/1';

export const FORMULA =
  'payout = max(0, gmvAtExpiry - gmvAtActivation) * rateBps / 10000, rounded half up once, to minor units';

/** A version of a boost's statement: what the source tells up to the extent, with every figure recomputed from it. */
export type StatementDocument = ReturnType<typeof composeStatement>;

/**
 * A version of a boost's statement: everything that the source tells up to the extent, with every figure recomputed from
 * it. A payment or an amount beyond the extent belongs to a later version.
 */
export function composeStatement(
  source: StatementSource,
  extent: StatementExtent,
  made: { readonly version: number; readonly at: Date },
) {
  const { activation, expiry } = source;
  const { payoutMinor } = figuresOf(source);
  const adjustments = source.adjustments.slice(0, extent.adjustmentCount);
  const finalMinor = adjustments.at(-1)?.amountMinor ?? payoutMinor;
  const payment = extent.isPaid ? source.payment : null;
  const { currency } = source.terms;
  return {
    schema: STATEMENT_SCHEMA,
    version: made.version,
    issuedAt: latest([made.at, ...adjustments.map(({ at }) => at), ...(payment === null ? [] : [payment.paidAt])]),
    clientId: source.clientId,
    boostId: source.boostId,
    redemptionId: source.redemptionId,
    creatorId: source.creatorId,
    currency: { code: currency, decimals: decimalsOf(currency) },
    terms: termsIn(source),
    activation: {
      sync: syncIn(activation.sync),
      ...(activation.waitedFor === null ? {} : { waitedFor: { boostId: activation.waitedFor } }),
      activatedAt: activation.activatedAt.toISOString(),
      gmvMinor: text(activation.gmvMinor),
    },
    expiry: {
      expiryDate: expiry.expiryDate,
      payableFrom: payableFrom(expiry.expiryDate, source.terms.clearingDays),
      sync: syncIn(expiry.sync),
      gmvMinor: text(expiry.gmvMinor),
    },
    entries: source.entries.map((entry) => bookedIn(entry, { gmvMinor: text(entry.gmvMinor) })),
    corrections: source.corrections.map((correction) => bookedIn(correction, { reading: correction.reading })),
    calculation: calculationIn(source),
    adjustments: adjustments.map(({ number, amountMinor, by, at, reasonDigest }) => ({
      number,
      amountMinor: text(amountMinor),
      by,
      at: at.toISOString(),
      reasonDigest,
    })),
    payments: payment === null ? [] : [{ currency, ...paymentIn(payment, finalMinor) }],
    amounts: {
      currency,
      calculatedMinor: text(payoutMinor),
      finalMinor: text(finalMinor),
      paidMinor: text(payment === null ? 0n : finalMinor),
    },
  };
}

function figuresOf({ activation, expiry, terms }: StatementSource) {
  return calculatePayout(activation.gmvMinor, expiry.gmvMinor, terms.rateBps);
}

function termsIn({ claimedOn, terms }: StatementSource) {
  const { scheduledDate, durationDays, rateBps, tierCommissionRateBps, clearingDays, timezone } = terms;
  return { claimedOn, scheduledDate, durationDays, rateBps, tierCommissionRateBps, clearingDays, timezone };
}

function syncIn({ sequence, id, businessDate, previousBusinessDate, fileSha256 }: ReadSync) {
  const before = previousBusinessDate === null ? {} : { previousBusinessDate };
  return { sequence, id, businessDate, ...before, fileSha256 };
}

function bookedIn<More extends object>(
  { syncSequence, syncId, businessDate, differenceMinor }: Omit<StatementEntry, 'gmvMinor'>,
  more: More,
) {
  return { syncSequence, syncId, businessDate, differenceMinor: text(differenceMinor), ...more };
}

/** Also what the readings would have given with the later files of their dates: told, and not paid by itself. */
function calculationIn(source: StatementSource) {
  const { deltaMinor, payableMinor, payoutMinor } = figuresOf(source);
  const gmvMinor = { activation: source.activation.gmvMinor, expiry: source.expiry.gmvMinor };
  for (const { reading, differenceMinor } of source.corrections) gmvMinor[reading] += differenceMinor;
  const corrected = calculatePayout(gmvMinor.activation, gmvMinor.expiry, source.terms.rateBps);
  return {
    formula: FORMULA,
    deltaMinor: text(deltaMinor),
    payableMinor: text(payableMinor),
    payoutMinor: text(payoutMinor),
    withCorrections: { deltaMinor: text(corrected.deltaMinor), payoutMinor: text(corrected.payoutMinor) },
  };
}

function paymentIn(payment: Payment, amountMinor: bigint) {
  return {
    amountMinor: text(amountMinor),
    paidAt: payment.paidAt.toISOString(),
    by: payment.paidBy,
    transactionId: payment.transactionId,
    holdOverridden: payment.holdOverrideReason !== null,
  };
}

/** Two processes' clocks may differ: a statement is never older than what it tells. */
function latest(instants: readonly Date[]): string {
  return instants.map((instant) => instant.toISOString()).reduce((one, other) => (one > other ? one : other));
}

function text(minor: bigint): string {
  return minor.toString();
}
