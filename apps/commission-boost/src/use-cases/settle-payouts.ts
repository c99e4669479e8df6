import type { BoostId, CalendarDate, ClientId } from '#libs/kernel';
import { keyOf, lockLanes } from '#libs/messaging';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Boost } from '../domain/boost/boost.ts';
import { decidePayment } from '../domain/payout/decide-payment.ts';
import { judgeResult, type ResultLine, type ResultOutcome } from '../domain/payout/judge-result.ts';
import type { PayoutAttempt } from '../domain/payout/payout-run.ts';
import { TRANSACTION_ID } from '../domain/payout/transaction-id.ts';
import { ClientRepository } from '../persistence/client.repository.ts';
import { PayoutAttemptRepository } from '../persistence/payout-attempt.repository.ts';
import { BookPayments, type ApprovedPayment } from './book-payments.ts';
import { RaiseAlerts } from './raise-alerts.ts';

interface Sender {
  readonly runId: string;
  readonly adminId: string;
  readonly at: Date;
}

interface Judged {
  readonly line: ResultLine;
  readonly outcome: ResultOutcome;
  /** As it stood before the chunk; undefined for an unknown reference. */
  readonly attempt: PayoutAttempt | undefined;
}

/** Settles a chunk of the provider's results in one transaction: a payment through a run is decided as any other. */
@Injectable()
export class SettlePayouts {
  constructor(
    private readonly database: Database,
    private readonly attempts: PayoutAttemptRepository,
    private readonly clients: ClientRepository,
    private readonly bookPayments: BookPayments,
    private readonly raiseAlerts: RaiseAlerts,
  ) {}

  /** @param seen references of the file's earlier chunks. @returns what became of each line, in order */
  async execute(
    clientId: ClientId,
    lines: readonly ResultLine[],
    { by, seen }: { readonly by: Sender; readonly seen: ReadonlySet<string> },
  ): Promise<ResultOutcome[]> {
    return this.database.inTenant(clientId, async (tx) => {
      const judged = await this.#judge(lines, { by, seen }, tx);
      await this.#settle(judged, by, tx);
      await this.#noteLate(judged, by, tx);
      await this.#tellWhatCameBack(judged, tx);
      return judged.map(({ outcome }) => outcome);
    });
  }

  /**
   * Of two files that come at once the second waits for the lanes, and then reads what the first has settled. The
   * transactions have lanes as well: nobody pays another boost by one of them meanwhile.
   */
  async #judge(
    lines: readonly ResultLine[],
    { by, seen }: { readonly by: Sender; readonly seen: ReadonlySet<string> },
    tx: TenantTransaction,
  ): Promise<Judged[]> {
    const references = [...new Set(lines.map(({ reference }) => reference))];
    const concerned = await this.attempts.withReferences(references, tx);
    const ids = [...new Set(lines.map(({ transactionId }) => transactionId))];
    await lockLanes(
      tx,
      [...concerned.map(({ creatorId }) => creatorId), ...ids].map((name) => keyOf(tx.clientId, name)),
    );
    const found = new Map((await this.attempts.withReferences(references, tx)).map((a) => [a.reference, a]));
    const transactions = new Set(await this.attempts.knownTransactions(ids, tx));
    const now = new Map<string, Pick<PayoutAttempt, 'runId' | 'status' | 'transactionId'>>(found);
    const repeated = new Set(seen);
    return lines.map((line) => {
      const place = {
        runId: by.runId,
        isRepeated: repeated.has(line.reference),
        isTransactionKnown: transactions.has(line.transactionId),
      };
      const outcome = judgeResult(line, now.get(line.reference), place);
      repeated.add(line.reference);
      if (outcome === 'paid' || outcome === 'late_success') transactions.add(line.transactionId);
      if (outcome === 'paid' || outcome === 'failed') {
        const transactionId = outcome === 'paid' ? line.transactionId : null;
        now.set(line.reference, { runId: by.runId, status: outcome, transactionId });
      }
      return { line, outcome, attempt: found.get(line.reference) };
    });
  }

  async #settle(judged: readonly Judged[], by: Sender, tx: TenantTransaction): Promise<void> {
    const ended = judged.flatMap(({ line, outcome, attempt }) => {
      if (attempt === undefined || (outcome !== 'paid' && outcome !== 'failed')) return [];
      const transactionId = outcome === 'paid' ? line.transactionId : null;
      return [{ attempt, reference: attempt.reference, status: outcome, transactionId }];
    });
    if (ended.length === 0) return;
    const boosts = await this.attempts.lockBoosts(
      ended.map(({ attempt }) => attempt.boostId),
      tx,
    );
    await this.attempts.settle(ended, by, tx);
    const today = await this.clients.programmeDate(tx);
    const approved = ended.flatMap(({ attempt, transactionId }) =>
      transactionId === null ? [] : [approve(boosts, attempt, { transactionId, today })],
    );
    await this.bookPayments.execute(approved, { at: by.at, by: { kind: 'admin', id: by.adminId } }, tx);
  }

  async #noteLate(judged: readonly Judged[], by: Sender, tx: TenantTransaction): Promise<void> {
    const late = judged.flatMap(({ line, outcome, attempt }) => {
      if (outcome !== 'late_success' || attempt === undefined) return [];
      return [{ ...attempt, transactionId: TRANSACTION_ID.test(line.transactionId) ? line.transactionId : 'unknown' }];
    });
    if (late.length === 0) return;
    await this.attempts.noteLate(late, by, tx);
    const openRuns = await this.attempts.openRuns(
      late.map(({ boostId }) => boostId),
      tx,
    );
    await this.raiseAlerts.execute(
      late.map((attempt) => {
        const { facts, ...about } = aboutAttempt(attempt, attempt.transactionId);
        const openPayoutRunId = openRuns.get(attempt.boostId);
        return {
          kind: 'late_payment_success' as const,
          ...about,
          subject: `${attempt.reference}:${attempt.transactionId}`,
          facts: openPayoutRunId === undefined ? facts : { ...facts, openPayoutRunId },
        };
      }),
      tx,
    );
  }

  /** A paid boost never changes: whether the creator is paid again is for people. */
  async #tellWhatCameBack(judged: readonly Judged[], tx: TenantTransaction): Promise<void> {
    const back = judged.flatMap(({ outcome, attempt }) =>
      outcome === 'failed_after_paid' && attempt !== undefined ? [attempt] : [],
    );
    await this.raiseAlerts.execute(
      back.map((attempt) => ({
        kind: 'payment_came_back' as const,
        ...aboutAttempt(attempt, attempt.transactionId ?? 'unknown'),
        subject: attempt.reference,
      })),
      tx,
    );
  }
}

function aboutAttempt({ boostId, creatorId, reference, runId, amountMinor }: PayoutAttempt, transactionId: string) {
  const facts = { reference, transactionId, payoutRunId: runId, amountMinor: amountMinor.toString() };
  return { creatorId, boostId, facts };
}

/**
 * The attempt is settled by now, so no run holds the boost; what was frozen was payable, and that never ends. What the
 * provider has sent is booked, though an earlier attempt may have arrived as well: people were told of that one.
 */
function approve(
  boosts: ReadonlyMap<BoostId, Boost>,
  attempt: PayoutAttempt,
  { transactionId, today }: { readonly transactionId: string; readonly today: CalendarDate | null },
): ApprovedPayment {
  const boost = boosts.get(attempt.boostId);
  if (boost === undefined) throw new Error(`boost ${attempt.boostId} of a payout attempt is missing`);
  const order = { transactionId, overrideHoldReason: null };
  const circumstances = { today, isInOpenRun: false, isTransactionKnown: false, lateTransactions: [] };
  const decision = decidePayment(boost, order, circumstances);
  if (decision.kind !== 'pay') throw new Error(`boost ${boost.id} of a pending payout attempt is ${decision.kind}`);
  return { boost, decision, paymentDetailVersion: attempt.paymentDetailVersion };
}
