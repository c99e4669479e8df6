import { Type, type TSchema } from '@sinclair/typebox';
import { bps, count, date, instant, money, nullable, object, oneOf, optional, text, uuid } from './schemas.ts';

const STATUS = oneOf('scheduled', 'active', 'expired', 'pending_info', 'pending_payout', 'paid');

/** Others may be added. */
export const ALERT_KIND = oneOf(
  'negative_delta',
  'unusual_sales',
  'tiny_payout',
  'corrected_after_reading',
  'account_changed_before_payment',
  'account_shared',
  'late_payment_success',
  'payment_came_back',
  'seal_broken',
  'claim_waits_for_slot',
);

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
  provisional: optional(nullable(object({ asOf: date, delta: money, payout: money, final: Type.Literal(false) }))),
  paymentMethod: nullable(oneOf('paypal', 'venmo')),
  paymentAccountMasked: nullable(text),
  payableFrom: nullable(date),
  paidAt: nullable(instant),
  transactionId: nullable(text),
  holdOverrideReason: optional(nullable(text)),
});

export const BOOST_COMPONENTS: Readonly<Record<string, TSchema>> = {
  Boost: BOOST,
  BoostTransition: object({
    from: nullable(STATUS),
    to: STATUS,
    occurredAt: instant,
    actor: object({ kind: oneOf('creator', 'admin', 'system') }),
  }),
  Alert: object({
    id: uuid,
    kind: ALERT_KIND,
    creatorId: uuid,
    handle: optional(nullable(text)),
    boostId: nullable(uuid),
    facts: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
      description: 'what the kind is about: ids, dates, amounts in minor units as text',
    }),
    raisedAt: instant,
  }),
  PaymentDetails: object({ method: oneOf('paypal', 'venmo'), account: text, accountConfirm: text }),
  FinalAmount: object({ amount: money, reason: text }),
  Payment: object({
    transactionId: optional(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._:/#-]{0,63}$' })),
    overrideHold: optional(object({ reason: text })),
    overrideLateSuccess: optional(Type.Boolean()),
  }),
};
