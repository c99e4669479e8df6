import { CLOCK, type BoostId, type Clock } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Inject, Injectable } from '@nestjs/common';
import {
  BoostAlreadyPaidError,
  BoostIllegalStateError,
  BoostRequestError,
  PayoutOnHoldError,
} from '../domain/boost/boost.errors.ts';
import type { Actor, Boost, Payment } from '../domain/boost/boost.ts';
import { decidePayment, type PaymentDecision, type PaymentOrder } from '../domain/payout/decide-payment.ts';
import { BoostRepository } from '../persistence/boost.repository.ts';
import { ClientRepository } from '../persistence/client.repository.ts';
import { announceSteps } from './announce-steps.ts';

type Approved = Extract<PaymentDecision, { kind: 'pay' }>;

/** Books that an admin has paid a boost, once. */
@Injectable()
export class PayBoost {
  constructor(
    private readonly boosts: BoostRepository,
    private readonly clients: ClientRepository,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The lane of the creator's key must be held: of many admins the second finds the boost paid. */
  async execute(
    order: PaymentOrder & { readonly boostId: BoostId; readonly adminId: string },
    tx: TenantTransaction,
  ): Promise<Boost> {
    const boost = await this.boosts.lock(order.boostId, tx);
    const decision = decidePayment(boost, order, await this.clients.programmeDate(tx));
    if (decision.kind !== 'pay') throw refusal(decision, boost);
    return this.#pay(boost, decision, { kind: 'admin', id: order.adminId }, tx);
  }

  async #pay(boost: Boost, approved: Approved, by: Actor, tx: TenantTransaction): Promise<Boost> {
    const at = this.clock.now();
    const { steps, transactionId, holdOverrideReason } = approved;
    if (steps.includes('pending_payout')) await this.boosts.passPendingPayout(boost.id, { at, by }, tx);
    await this.boosts.pay(boost.id, { transactionId, holdOverrideReason, at, by }, tx);
    const payment: Payment = { paidAt: at, paidBy: by.id ?? '', transactionId, holdOverrideReason };
    const paid: Boost = { ...boost, status: 'paid', payment };
    await this.outbox.append(tx, announceSteps(tx.clientId, paid, steps, at));
    return paid;
  }
}

function refusal(decision: Exclude<PaymentDecision, Approved>, boost: Boost): Error {
  switch (decision.kind) {
    case 'already_paid':
      return new BoostAlreadyPaidError();
    case 'not_payable':
      return new BoostIllegalStateError(boost.status, 'be paid');
    case 'on_hold':
      return new PayoutOnHoldError(decision.payableFrom);
    case 'transaction_id_missing':
      return new BoostRequestError(
        '/transactionId',
        'required',
        'a payout above 0 needs the id of its transaction, which is not `zero`',
      );
  }
}
