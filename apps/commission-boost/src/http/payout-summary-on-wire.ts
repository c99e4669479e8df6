import { moneyToWire, type Currency } from '#libs/kernel';
import { LEDGER_ACCOUNTS } from '../domain/payout/ledger-account.ts';
import type { PayoutTotal } from '../persistence/ledger.repository.ts';
import type { PayoutTotals } from '../use-cases/summarize-payouts.ts';

const STATUSES = ['expired', 'pending_info', 'pending_payout', 'paid'];

/**
 * Per currency: what stands in each account and how it moved by month, and the boosts in each status with what they pay,
 * by the month of their expiry date.
 */
export function payoutSummaryOnWire({ asOf, totals }: PayoutTotals) {
  const byCurrency = Map.groupBy(totals, ({ currency }) => currency);
  return { asOf, currencies: [...byCurrency].map(([currency, own]) => currencyOnWire(currency, own)) };
}

function currencyOnWire(currency: Currency, totals: readonly PayoutTotal[]) {
  const amount = (of: readonly PayoutTotal[]) => moneyToWire({ minor: of.reduce(addMinor, 0n), currency });
  const accounts = totals.filter(({ kind }) => kind === 'account');
  const statuses = totals.filter(({ kind }) => kind === 'status');
  const balances = (of: readonly PayoutTotal[]) =>
    Object.fromEntries(LEDGER_ACCOUNTS.map((account) => [account, amount(of.filter(({ name }) => name === account))]));
  const boosts = (of: readonly PayoutTotal[]) => ({
    boosts: of.reduce((sum, { items }) => sum + items, 0),
    amount: amount(of),
  });
  return {
    currency,
    balances: balances(accounts),
    months: byMonth(accounts).map(([month, own]) => ({ month, ...balances(own) })),
    statuses: STATUSES.map((status) => {
      const own = statuses.filter(({ name }) => name === status);
      const months = byMonth(own.filter(({ items }) => items !== 0));
      return { status, ...boosts(own), months: months.map(([month, part]) => ({ month, ...boosts(part) })) };
    }),
  };
}

function addMinor(sum: bigint, { amountMinor }: PayoutTotal): bigint {
  return sum + amountMinor;
}

function byMonth(totals: readonly PayoutTotal[]): [string, PayoutTotal[]][] {
  return [...Map.groupBy(totals, ({ month }) => month)].sort(([a], [b]) => (a < b ? -1 : 1));
}
