import { type TSchema } from '@sinclair/typebox';
import { bps, count, date, instant, money, nullable, object, oneOf, optional, text, uuid } from './schemas.ts';

const STATUS = oneOf('scheduled', 'active', 'expired', 'pending_info', 'pending_payout', 'paid');

const BOOST = object({
  id: uuid,
  redemptionId: uuid,
  creatorId: uuid,
  handle: optional(nullable(text)),
  status: STATUS,
  rateBps: bps,
  durationDays: count,
  tierCommissionRateBps: bps,
  clearingDays: count,
  scheduledDate: date,
  activationDate: nullable(date),
  activatedAt: nullable(instant),
  expiryDate: nullable(date),
  gmvAtActivation: nullable(money),
  gmvAtExpiry: nullable(money),
  delta: nullable(money),
  calculatedPayout: nullable(money),
  finalPayout: nullable(money),
  paymentMethod: nullable(oneOf('paypal', 'venmo')),
  paymentAccountMasked: nullable(text),
  payableFrom: nullable(date),
  paidAt: nullable(instant),
  transactionId: nullable(text),
});

export const BOOST_COMPONENTS: Readonly<Record<string, TSchema>> = {
  Boost: BOOST,
  BoostTransition: object({
    from: nullable(STATUS),
    to: STATUS,
    occurredAt: instant,
    actor: object({ kind: oneOf('creator', 'admin', 'system') }),
  }),
  PaymentDetails: object({ method: oneOf('paypal', 'venmo'), account: text, accountConfirm: text }),
  FinalAmount: object({ amount: money, reason: text }),
  Payment: object({ transactionId: optional(text), overrideHold: optional(object({ reason: text })) }),
};
