import { LaurelError } from '#libs/contracts';
import type { CalendarDate } from '#libs/kernel';
import { BOOST_STATUSES, type BoostStatus } from './boost-status.ts';

export class BoostNotFoundError extends LaurelError {
  constructor() {
    super('not_found', 'there is no such boost');
  }
}

export class BoostIllegalStateError extends LaurelError {
  /** @param wish what was asked for, `be paid` */
  constructor(status: BoostStatus, wish: string) {
    super(
      'boost.illegal_state',
      `a boost that is ${status} can not ${wish}; the order is ${BOOST_STATUSES.join(', ')}`,
      {
        extra: { boostStatus: status },
      },
    );
  }
}

export class BoostAlreadyPaidError extends LaurelError {
  constructor() {
    super('boost.already_paid', 'the boost is paid, and nothing about it changes any more');
  }
}

export class PayoutOnHoldError extends LaurelError {
  constructor(payableFrom: CalendarDate) {
    super('payout.on_hold', `the payout is held until the programme date reaches ${payableFrom}`, {
      extra: { payableFrom },
    });
  }
}

/** One faulty member of a request. The message never repeats what was sent. */
export class BoostRequestError extends LaurelError {
  constructor(pointer: string, code: string, message: string) {
    super('validation_failed', message, { faults: [{ pointer, code, message }] });
  }
}

/** @param expiryDate null while it is not activated */
export class BoostNotExpiredError extends LaurelError {
  constructor(expiryDate: CalendarDate | null) {
    super('boost.not_expired', 'a boost has a statement once it has expired', { extra: { expiryDate } });
  }
}

export class StatementNotFoundError extends LaurelError {
  constructor() {
    super('not_found', 'the boost has no such version of its statement');
  }
}
