import { describe, expect, it } from '@jest/globals';
import { toCalendarDate, type BoostId, type CalendarDate } from '#libs/kernel';
import type { Boost } from '../boost/boost.ts';
import { BOOST_STATUSES, hasReached, type BoostStatus } from '../boost/boost-status.ts';
import { decideFinalAmount, decidePayment, decidePaymentDetails } from './decide-payment.ts';

const AFTER_HOLD = toCalendarDate('2026-04-21');
const LAST_DAY_OF_HOLD = toCalendarDate('2026-04-20');
const order = { transactionId: 'TX-1', overrideHoldReason: null };

const usual = { isInOpenRun: false, isTransactionKnown: false, lateTransactions: [] };
const on = (today: CalendarDate | null) => ({ ...usual, today });
const inRun = { ...usual, today: AFTER_HOLD, isInOpenRun: true };

function aBoost(status: BoostStatus, finalPayoutMinor: bigint): Boost {
  const expired = hasReached(status, 'expired');
  return {
    id: '00000000-0000-7000-8000-000000000001' as BoostId,
    status,
    terms: { clearingDays: 20 },
    activation: hasReached(status, 'active') ? { expiryDate: toCalendarDate('2026-04-01') } : null,
    finalPayoutMinor: expired ? finalPayoutMinor : null,
  } as Boost;
}

describe('paying', () => {
  it('takes a boost with details from pending_payout to paid', () => {
    expect(decidePayment(aBoost('pending_payout', 2_875n), order, on(AFTER_HOLD))).toEqual({
      kind: 'pay',
      steps: ['paid'],
      transactionId: 'TX-1',
      holdOverrideReason: null,
    });
  });

  it.each(['scheduled', 'active', 'expired', 'pending_info'] as const)('refuses a boost that is %s', (status) => {
    expect(decidePayment(aBoost(status, 2_875n), order, on(AFTER_HOLD))).toEqual({ kind: 'not_payable' });
  });

  it('twice is refused', () => {
    expect(decidePayment(aBoost('paid', 2_875n), order, on(AFTER_HOLD))).toEqual({ kind: 'already_paid' });
    expect(decidePayment(aBoost('paid', 0n), order, on(AFTER_HOLD))).toEqual({ kind: 'already_paid' });
  });

  it('takes an amount of 0 without details through pending_payout to paid, with transaction id zero', () => {
    const nothing = { transactionId: null, overrideHoldReason: null };
    expect(decidePayment(aBoost('pending_info', 0n), nothing, on(AFTER_HOLD))).toMatchObject({
      steps: ['pending_payout', 'paid'],
      transactionId: 'zero',
    });
    expect(decidePayment(aBoost('pending_payout', 0n), order, on(AFTER_HOLD))).toMatchObject({
      steps: ['paid'],
      transactionId: 'zero',
    });
  });

  it('refuses a transaction that is known of another boost, also to whoever overrides everything', () => {
    const known = { ...on(AFTER_HOLD), isTransactionKnown: true, lateTransactions: ['TX-1'] };
    const override = { ...order, overrideHoldReason: 'agreed', overrideLateSuccess: true };
    expect(decidePayment(aBoost('pending_payout', 1n), override, known)).toEqual({ kind: 'duplicate_transaction' });
    expect(decidePayment(aBoost('pending_payout', 0n), override, known)).toMatchObject({ kind: 'pay' });
  });

  it('takes a late arrival’s own transaction, and another only from whoever knows of it', () => {
    const late = { ...on(AFTER_HOLD), lateTransactions: ['PP-1', 'PP-2'] };
    const boost = aBoost('pending_payout', 1n);
    expect(decidePayment(boost, order, late)).toEqual({ kind: 'arrived_late', transactionIds: ['PP-1', 'PP-2'] });
    expect(decidePayment(boost, { ...order, transactionId: 'PP-2' }, late)).toMatchObject({ kind: 'pay' });
    expect(decidePayment(boost, { ...order, overrideLateSuccess: true }, late)).toMatchObject({ kind: 'pay' });
  });

  it('needs a transaction id for anything above 0, and `zero` is none', () => {
    for (const transactionId of [null, 'zero']) {
      const decision = decidePayment(aBoost('pending_payout', 1n), { ...order, transactionId }, on(AFTER_HOLD));
      expect(decision).toEqual({ kind: 'transaction_id_missing' });
    }
  });

  it('is held until the programme date reaches expiryDate + clearingDays', () => {
    const boost = aBoost('pending_payout', 2_875n);
    expect(decidePayment(boost, order, on(LAST_DAY_OF_HOLD))).toEqual({ kind: 'on_hold', payableFrom: '2026-04-21' });
    expect(decidePayment(boost, order, on(null))).toMatchObject({ kind: 'on_hold' });
    expect(decidePayment(boost, order, on(AFTER_HOLD))).toMatchObject({ kind: 'pay' });
  });

  it('overrides the hold with a reason, which is kept only if there was one to override', () => {
    const override = { ...order, overrideHoldReason: 'creator leaves the programme' };
    const boost = aBoost('pending_payout', 2_875n);
    expect(decidePayment(boost, override, on(LAST_DAY_OF_HOLD))).toMatchObject({
      kind: 'pay',
      holdOverrideReason: 'creator leaves the programme',
    });
    expect(decidePayment(boost, override, on(AFTER_HOLD))).toMatchObject({ kind: 'pay', holdOverrideReason: null });
  });
});

describe('a boost in an open payout run', () => {
  it('is paid and changed by its run alone, whatever its hold; once paid it is paid', () => {
    const override = { ...order, overrideHoldReason: 'creator leaves the programme' };
    expect(decidePayment(aBoost('pending_payout', 2_875n), override, inRun)).toEqual({ kind: 'in_run' });
    expect(decideFinalAmount('pending_payout', true)).toBe('in_run');
    expect(decidePayment(aBoost('paid', 2_875n), order, inRun)).toEqual({ kind: 'already_paid' });
    expect(decideFinalAmount('paid', true)).toBe('already_paid');
  });
});

describe('changes before the payment', () => {
  it('the final amount: from expired on, until paid', () => {
    expect(BOOST_STATUSES.map((status) => decideFinalAmount(status, false))).toEqual([
      'too_early',
      'too_early',
      'allowed',
      'allowed',
      'allowed',
      'already_paid',
    ]);
  });

  it('payment details: only from pending_info on, changeable until paid', () => {
    expect(BOOST_STATUSES.map(decidePaymentDetails)).toEqual([
      'too_early',
      'too_early',
      'too_early',
      'allowed',
      'allowed',
      'already_paid',
    ]);
  });
});
