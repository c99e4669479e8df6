import { CLOCK, type BoostId, type Clock } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Inject, Injectable } from '@nestjs/common';
import {
  BoostAlreadyPaidError,
  BoostIllegalStateError,
  BoostRequestError,
  PayoutOnHoldError,
} from '../domain/boost/boost.errors.ts';
import type { Boost } from '../domain/boost/boost.ts';
import { decidePayment, type PaymentDecision, type PaymentOrder } from '../domain/payout/decide-payment.ts';
import {
  PayoutArrivedLateError,
  PayoutDuplicateTransactionError,
  PayoutInRunError,
} from '../domain/payout/payout.errors.ts';
import { BoostRepository } from '../persistence/boost.repository.ts';
import { ClientRepository } from '../persistence/client.repository.ts';
import { PayoutAttemptRepository } from '../persistence/payout-attempt.repository.ts';
import { BookPayments } from './book-payments.ts';

/** Books that an admin has paid a boost, once. */
@Injectable()
export class PayBoost {
  constructor(
    private readonly boosts: BoostRepository,
    private readonly clients: ClientRepository,
    private readonly attempts: PayoutAttemptRepository,
    private readonly bookPayments: BookPayments,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * The lane of the creator's key must be held: of many admins the second finds the boost paid. So must that of the
   * transaction's: of two boosts the second finds it used.
   */
  async execute(
    order: PaymentOrder & { readonly boostId: BoostId; readonly adminId: string },
    tx: TenantTransaction,
  ): Promise<Boost> {
    const boost = await this.boosts.lock(order.boostId, tx);
    const decision = decidePayment(boost, order, {
      today: await this.clients.programmeDate(tx),
      isInOpenRun: await this.attempts.isInOpenRun(boost.id, tx),
      isTransactionKnown: await this.attempts.isOfAnother(boost.id, order.transactionId, tx),
      lateTransactions: await this.attempts.lateTransactions(boost.id, tx),
    });
    if (decision.kind !== 'pay') throw refusal(decision, boost);
    const by = { kind: 'admin', id: order.adminId } as const;
    const approved = { boost, decision, paymentDetailVersion: boost.paymentDetailVersion };
    const [paid] = await this.bookPayments.execute([approved], { at: this.clock.now(), by }, tx);
    if (paid === undefined) throw new Error('an approved payment was not booked');
    return paid;
  }
}

function refusal(decision: Exclude<PaymentDecision, { kind: 'pay' }>, boost: Boost): Error {
  switch (decision.kind) {
    case 'already_paid':
      return new BoostAlreadyPaidError();
    case 'in_run':
      return new PayoutInRunError();
    case 'duplicate_transaction':
      return new PayoutDuplicateTransactionError();
    case 'arrived_late':
      return new PayoutArrivedLateError(decision.transactionIds);
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
