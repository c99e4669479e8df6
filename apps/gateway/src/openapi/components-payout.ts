import { type TSchema } from '@sinclair/typebox';
import { count, date, instant, list, money, nullable, object, oneOf, optional, ref, text, uuid } from './schemas.ts';

const SUM = object({ payouts: count, amount: money });
const BALANCES = { accrued: money, adjusted: money, held: money, payable: money, paid: money };
const BOOSTS = { boosts: count, amount: money };

const SUMMARY = object({
  asOf: nullable(date),
  currencies: list(
    object({
      currency: text,
      balances: object(BALANCES),
      months: list(object({ month: text, ...BALANCES })),
      statuses: list(
        object({
          status: oneOf('expired', 'pending_info', 'pending_payout', 'paid'),
          ...BOOSTS,
          months: list(object({ month: text, ...BOOSTS })),
        }),
      ),
    }),
  ),
});

const OUTCOME = oneOf(
  'paid',
  'failed',
  'pending',
  'already_paid',
  'already_failed',
  'late_success',
  'failed_after_paid',
  'unknown_reference',
  'duplicate_reference',
  'duplicate_transaction',
  'other_run',
  'transaction_id_missing',
  'transaction_id_invalid',
  'unknown_status',
);

export const PAYOUT_COMPONENTS: Readonly<Record<string, TSchema>> = {
  PayoutSummary: SUMMARY,
  PayoutRun: object({
    id: uuid,
    status: oneOf('freezing', 'open', 'ended'),
    programmeDate: date,
    createdAt: instant,
    createdBy: text,
    endedAt: nullable(instant),
    payouts: count,
    amount: money,
    pending: SUM,
    paid: SUM,
    failed: SUM,
    exports: list(object({ number: count, exportedAt: instant, exportedBy: text })),
  }),
  Payout: object({
    boostId: uuid,
    creatorId: uuid,
    handle: optional(nullable(text)),
    reference: text,
    amount: money,
    status: oneOf('pending', 'paid', 'failed'),
    transactionId: nullable(text),
    settledAt: nullable(instant),
  }),
  PayoutResults: object({
    run: ref('PayoutRun'),
    outcomes: object({}, { additionalProperties: count, description: 'how many lines met each end' }),
    lines: list(object({ line: count, reference: text, outcome: OUTCOME })),
  }),
};
