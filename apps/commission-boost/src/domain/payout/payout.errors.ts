import { LaurelError } from '#libs/contracts';
import type { RunState } from './payout-run.ts';

export class PayoutInRunError extends LaurelError {
  constructor() {
    super('payout.in_run', 'the boost is in a payout run that has not ended; its results pay it or give it back');
  }
}

export class PayoutDuplicateTransactionError extends LaurelError {
  constructor() {
    super('payout.duplicate_transaction', 'the transaction has paid another boost, or has arrived for one');
  }
}

export class PayoutArrivedLateError extends LaurelError {
  /** @param transactionIds by which it arrived; `unknown` where the provider did not tell */
  constructor(transactionIds: readonly string[]) {
    const detail =
      'an attempt to pay the boost that was given up has arrived: its transaction pays the boost; `overrideLateSuccess` pays it by another';
    super('payout.arrived_late', detail, { extra: { transactionIds } });
  }
}

export class PayoutRunNotFoundError extends LaurelError {
  constructor() {
    super('not_found', 'there is no such payout run');
  }
}

export class NothingPayableError extends LaurelError {
  constructor() {
    super('payout.nothing_payable', 'no boost is payable that is in no payout run');
  }
}

export class PayoutRunNotOpenError extends LaurelError {
  /** @param wish what was asked for, `be exported` */
  constructor(state: RunState, wish: string) {
    super('payout.run_not_open', `a payout run that is ${state} can not ${wish}`, { extra: { runStatus: state } });
  }
}

export class PayoutAlreadyExportedError extends LaurelError {
  constructor(times: number) {
    const detail =
      'the payout run was exported before: paying both files would pay twice; `?again=true` gives it once more';
    super('payout.already_exported', detail, { extra: { exports: times } });
  }
}

/** The results are refused whole, before anything of them is booked. The message never repeats what was sent. */
export class InvalidResultsError extends LaurelError {
  constructor(message: string) {
    super('payout.invalid_results', message);
  }
}
