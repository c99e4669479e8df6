import { CLOCK, decimalsOf, parseMinor, type BoostId, type Clock } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { alertsAtFinalAmount } from '../domain/alert/alerts-at-expiry.ts';
import { BoostAlreadyPaidError, BoostIllegalStateError, BoostRequestError } from '../domain/boost/boost.errors.ts';
import type { Boost } from '../domain/boost/boost.ts';
import { decideFinalAmount } from '../domain/payout/decide-payment.ts';
import { PayoutInRunError } from '../domain/payout/payout.errors.ts';
import { BoostRepository } from '../persistence/boost.repository.ts';
import { FinalAmountRepository } from '../persistence/final-amount.repository.ts';
import { PayoutAttemptRepository } from '../persistence/payout-attempt.repository.ts';
import { RaiseAlerts } from './raise-alerts.ts';

export interface FinalAmountOrder {
  readonly boostId: BoostId;
  /** A decimal of the boost's currency. */
  readonly amount: string;
  /** Undefined: the boost's. */
  readonly currency: string | undefined;
  readonly reason: string;
  readonly adminId: string;
}

/** Lets an admin decide what a boost pays instead of the calculated amount, which stays. The last decision counts. */
@Injectable()
export class SetFinalAmount {
  constructor(
    private readonly boosts: BoostRepository,
    private readonly finalAmounts: FinalAmountRepository,
    private readonly attempts: PayoutAttemptRepository,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly raiseAlerts: RaiseAlerts,
  ) {}

  /** The lane of the creator's key must be held. */
  async execute(order: FinalAmountOrder, tx: TenantTransaction): Promise<Boost> {
    const boost = await this.boosts.lock(order.boostId, tx);
    const decision = decideFinalAmount(boost.status, await this.attempts.isInOpenRun(boost.id, tx));
    if (decision === 'already_paid') throw new BoostAlreadyPaidError();
    if (decision === 'in_run') throw new PayoutInRunError();
    if (decision === 'too_early') throw new BoostIllegalStateError(boost.status, 'have a final amount');
    const amountMinor = amountOf(order, boost);
    const version = boost.finalAmountVersion + 1;
    await this.finalAmounts.append(
      { boostId: boost.id, version, amountMinor, reason: order.reason, setBy: order.adminId, setAt: this.clock.now() },
      tx,
    );
    await this.boosts.setFinalAmount(boost.id, { version, minor: amountMinor }, tx);
    await this.raiseAlerts.execute(alertsAtFinalAmount(boost, amountMinor), tx);
    return { ...boost, finalPayoutMinor: amountMinor, finalAmountVersion: version };
  }
}

const MAX_AMOUNT_MINOR = 10n ** 15n;

function amountOf(order: FinalAmountOrder, boost: Boost): bigint {
  const { currency } = boost.terms;
  if (order.currency !== undefined && order.currency !== currency) {
    throw new BoostRequestError('/amount/currency', 'other_currency', `the boost pays in ${currency}`);
  }
  const minor = parseMinor(order.amount, decimalsOf(currency));
  if (minor === undefined || minor < 0n || minor > MAX_AMOUNT_MINOR) {
    throw new BoostRequestError('/amount', 'not_an_amount', `the final amount is an amount of ${currency}, 0 or more`);
  }
  return minor;
}
