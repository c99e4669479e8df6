import { moneyToWire } from '#libs/kernel';
import { ATTEMPT_STATUSES, type PayoutAttempt, type PayoutRun } from '../domain/payout/payout-run.ts';
import type { RunWithSums } from '../use-cases/find-payout-runs.ts';
import type { SettledLine } from '../use-cases/settle-payout-run.ts';

/** A run with what became of its payouts so far. */
export function payoutRunOnWire({ run, sums, exports }: RunWithSums) {
  const money = (minor: bigint) => moneyToWire({ minor, currency: run.currency });
  const byStatus = ATTEMPT_STATUSES.map((status) => {
    const sum = sums.find((candidate) => candidate.status === status);
    return [status, { payouts: sum?.payouts ?? 0, amount: money(sum?.amountMinor ?? 0n) }] as const;
  });
  return {
    id: run.id,
    status: run.state,
    programmeDate: run.programmeDate,
    createdAt: run.createdAt.toISOString(),
    createdBy: run.createdBy,
    endedAt: run.endedAt?.toISOString() ?? null,
    payouts: sums.reduce((total, sum) => total + sum.payouts, 0),
    amount: money(sums.reduce((total, sum) => total + sum.amountMinor, 0n)),
    ...Object.fromEntries(byStatus),
    exports: exports.map(({ number, exportedAt, exportedBy }) => ({
      number,
      exportedAt: exportedAt.toISOString(),
      exportedBy,
    })),
  };
}

export function payoutOnWire(run: PayoutRun, payout: PayoutAttempt) {
  return {
    boostId: payout.boostId,
    creatorId: payout.creatorId,
    reference: payout.reference,
    amount: moneyToWire({ minor: payout.amountMinor, currency: run.currency }),
    status: payout.status,
    transactionId: payout.transactionId,
    settledAt: payout.settledAt?.toISOString() ?? null,
  };
}

/** What became of every line of the provider's file, and how many met the same end. */
export function resultsOnWire(run: RunWithSums, lines: readonly SettledLine[]) {
  const outcomes: Record<string, number> = {};
  for (const { outcome } of lines) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  return { run: payoutRunOnWire(run), outcomes, lines };
}
