import { moneyToWire, type Currency, type MoneyOnWire } from '#libs/kernel';
import type { Boost } from '../domain/boost/boost.ts';
import { maskAccount, type PaymentAccount } from '../domain/payment-account/payment-account.ts';
import { payableFrom } from '../domain/payout/payout-hold.ts';
import type { ProvisionalFigure } from '../domain/payout/provisional-figure.ts';
import type { HistoryEntry } from '../persistence/boost.repository.ts';

/** A boost as the API shows it; what its state has not reached yet is null. */
export function boostOnWire(boost: Boost, account: PaymentAccount | undefined, provisional: ProvisionalFigure | null = null) {
  const { terms, activation, expiry, payment } = boost;
  const money = (minor: bigint | null | undefined) => moneyOrNull(minor, terms.currency);
  return {
    id: boost.id,
    redemptionId: boost.redemptionId,
    creatorId: boost.creatorId,
    status: boost.status,
    rateBps: terms.rateBps,
    durationDays: terms.durationDays,
    tierCommissionRateBps: terms.tierCommissionRateBps,
    clearingDays: terms.clearingDays,
    scheduledDate: terms.scheduledDate,
    activationDate: activation?.reading.sync.businessDate ?? null,
    activatedAt: activation?.activatedAt.toISOString() ?? null,
    expiryDate: activation?.expiryDate ?? null,
    gmvAtActivation: money(activation?.reading.gmvMinor),
    gmvAtExpiry: money(expiry?.reading.gmvMinor),
    delta: money(expiry?.deltaMinor),
    calculatedPayout: money(expiry?.calculatedPayoutMinor),
    finalPayout: money(boost.finalPayoutMinor),
    provisional: provisional && {
      asOf: provisional.asOf,
      delta: money(provisional.deltaMinor),
      payout: money(provisional.payoutMinor),
      final: false,
    },
    ...accountOnWire(account),
    payableFrom: activation === null ? null : payableFrom(activation.expiryDate, terms.clearingDays),
    paidAt: payment?.paidAt.toISOString() ?? null,
    transactionId: payment?.transactionId ?? null,
  };
}

export function accountOnWire(account: PaymentAccount | undefined) {
  return {
    paymentMethod: account?.method ?? null,
    paymentAccountMasked: account === undefined ? null : maskAccount(account),
  };
}

export function historyOnWire(entry: HistoryEntry) {
  return { from: entry.from, to: entry.to, occurredAt: entry.occurredAt.toISOString(), actor: entry.actor };
}

function moneyOrNull(minor: bigint | null | undefined, currency: Currency): MoneyOnWire | null {
  return minor === null || minor === undefined ? null : moneyToWire({ minor, currency });
}
