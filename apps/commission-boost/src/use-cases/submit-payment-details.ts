import { CLOCK, type BoostId, type Clock, type CreatorId } from '#libs/kernel';
import { keyOf, lockLanes, Outbox } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { BoostAlreadyPaidError, BoostIllegalStateError } from '../domain/boost/boost.errors.ts';
import type { Boost } from '../domain/boost/boost.ts';
import type { PaymentAccount } from '../domain/payment-account/payment-account.ts';
import { decidePaymentDetails } from '../domain/payout/decide-payment.ts';
import { BoostRepository } from '../persistence/boost.repository.ts';
import { PaymentDetailRepository } from '../persistence/payment-detail.repository.ts';
import { announceSteps } from './announce-steps.ts';
import { NoteAccount } from './note-account.ts';

export interface GivenDetails {
  readonly boostId: BoostId;
  /** Who gives them: the boost's own creator. */
  readonly creatorId: CreatorId;
  readonly account: PaymentAccount;
}

/** Notes where a payout goes. The first time that is the step to `pending_payout`; the same details again change nothing. */
@Injectable()
export class SubmitPaymentDetails {
  constructor(
    private readonly boosts: BoostRepository,
    private readonly details: PaymentDetailRepository,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly noteAccount: NoteAccount,
  ) {}

  async execute(given: GivenDetails, tx: TenantTransaction): Promise<Boost> {
    await lockLanes(tx, [keyOf(tx.clientId, given.creatorId)]);
    const boost = await this.boosts.lock(given.boostId, tx);
    await this.noteAccount.refuseErased(boost.creatorId, tx);
    const decision = decidePaymentDetails(boost.status);
    if (decision === 'already_paid') throw new BoostAlreadyPaidError();
    if (decision === 'too_early') throw new BoostIllegalStateError(boost.status, 'take payment details');
    if (await this.#isKnown(boost, given.account, tx)) return boost;
    return this.#save(boost, given, tx);
  }

  async #isKnown(boost: Boost, account: PaymentAccount, tx: TenantTransaction): Promise<boolean> {
    const known = (await this.details.accountsOf([boost], tx)).get(boost.id);
    return known !== undefined && known.method === account.method && known.account === account.account;
  }

  async #save(boost: Boost, { account, creatorId }: GivenDetails, tx: TenantTransaction): Promise<Boost> {
    const at = this.clock.now();
    const version = boost.paymentDetailVersion + 1;
    await this.details.append(boost, { version, account, at }, tx);
    await this.boosts.setPaymentDetail(boost, { version, at, by: { kind: 'creator', id: creatorId } }, tx);
    const after: Boost = { ...boost, status: 'pending_payout', paymentDetailVersion: version };
    await this.noteAccount.execute(after, account, tx);
    if (boost.status !== after.status) {
      await this.outbox.append(tx, announceSteps(tx.clientId, after, ['pending_payout'], at));
    }
    return after;
  }
}
