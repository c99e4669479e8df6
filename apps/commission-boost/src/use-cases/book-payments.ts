import { Outbox } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Actor, Boost, Payment } from '../domain/boost/boost.ts';
import { isChangedShortlyBefore } from '../domain/payout/account-age.ts';
import type { PaymentDecision } from '../domain/payout/decide-payment.ts';
import { PaymentRepository } from '../persistence/payment.repository.ts';
import { announceSteps } from './announce-steps.ts';
import { RaiseAlerts } from './raise-alerts.ts';

export interface ApprovedPayment {
  readonly boost: Boost;
  readonly decision: Extract<PaymentDecision, { kind: 'pay' }>;
  /** Of the account that it is paid to; 0 for none. */
  readonly paymentDetailVersion: number;
}

/** Books payments that were decided on, one or many: the steps, the word of them, and who should look at an account. */
@Injectable()
export class BookPayments {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly raiseAlerts: RaiseAlerts,
    private readonly outbox: Outbox,
  ) {}

  /** The boosts must be locked, the lanes of their creators' keys held. @returns them paid, in the order given */
  async execute(
    approved: readonly ApprovedPayment[],
    { at, by }: { readonly at: Date; readonly by: Actor },
    tx: TenantTransaction,
  ): Promise<Boost[]> {
    if (approved.length === 0) return [];
    const passing = approved.filter(({ decision }) => decision.steps.includes('pending_payout'));
    await this.payments.passPendingPayout(
      passing.map(({ boost }) => boost.id),
      at,
      by,
      tx,
    );
    const booked = approved.map(({ boost, decision, paymentDetailVersion }) => ({
      ...decision,
      boostId: boost.id,
      paymentDetailVersion,
    }));
    await this.payments.book(booked, at, by, tx);
    const paid = approved.map((payment) => toPaid(payment, { at, by }));
    await this.outbox.append(
      tx,
      paid.flatMap((boost, index) => announceSteps(tx.clientId, boost, approved[index]?.decision.steps ?? [], at)),
    );
    await this.watchAccounts(
      approved.map(({ boost, paymentDetailVersion }) => ({ boost, version: paymentDetailVersion })),
      at,
      tx,
    );
    return paid;
  }

  /** Tells of accounts that were changed shortly before money goes to them. @param at when it goes */
  async watchAccounts(
    paid: readonly { readonly boost: Pick<Boost, 'id' | 'creatorId'>; readonly version: number }[],
    at: Date,
    tx: TenantTransaction,
  ): Promise<void> {
    const changed = paid.filter(({ version }) => version > 1);
    if (changed.length === 0) return;
    const creators = new Map(changed.map(({ boost }) => [boost.id, boost.creatorId]));
    const wanted = changed.map(({ boost, version }) => ({ boostId: boost.id, version }));
    const given = await this.payments.accountsGiven(wanted, tx);
    const alerts = given.flatMap((account) => {
      const creatorId = creators.get(account.boostId);
      if (creatorId === undefined || !isChangedShortlyBefore(at, account)) return [];
      const facts = { detailVersion: account.version, changedAt: account.at.toISOString(), payingAt: at.toISOString() };
      const subject = `${account.boostId}:${account.version}`;
      return [{ kind: 'account_changed_before_payment' as const, creatorId, boostId: account.boostId, subject, facts }];
    });
    await this.raiseAlerts.execute(alerts, tx);
  }
}

function toPaid({ boost, decision, paymentDetailVersion }: ApprovedPayment, by: { at: Date; by: Actor }): Boost {
  const { transactionId, holdOverrideReason } = decision;
  const payment: Payment = { paidAt: by.at, paidBy: by.by.id ?? '', transactionId, holdOverrideReason };
  return { ...boost, status: 'paid', paymentDetailVersion, payment };
}
