import { Type, type TProperties } from '@sinclair/typebox';
import { calendarDate, currencyCode, rateBps, sha256, uuid } from '../schema.ts';

/** Nothing may stand in a statement that nobody checks. */
const closed = (properties: TProperties) => Type.Object(properties, { additionalProperties: false });
const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const positive = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

/** With a format, that a date is looked up in the calendar; an id of the same form is none. */
const date = Type.String({ ...calendarDate, format: 'date' });
const instant = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$',
  format: 'date-time',
  description: 'UTC',
});
/** One text for one number, so that a digest has one too. */
const signedMinor = Type.String({ pattern: '^(0|-?[1-9]\\d{0,23})$', description: 'an integer of minor units' });
const minor = Type.String({ pattern: '^(0|[1-9]\\d{0,23})$', description: 'an integer of minor units, 0 or more' });

const sync = closed({
  sequence: positive,
  id: uuid,
  businessDate: date,
  previousBusinessDate: Type.Optional(date),
  fileSha256: sha256,
});
const booked = { syncSequence: positive, syncId: uuid, businessDate: date, differenceMinor: signedMinor };

const calculation = closed({
  formula: Type.Literal(
    'payout = max(0, gmvAtExpiry - gmvAtActivation) * rateBps / 10000, rounded half up once, to minor units',
  ),
  deltaMinor: signedMinor,
  payableMinor: minor,
  payoutMinor: minor,
  withCorrections: closed({ deltaMinor: signedMinor, payoutMinor: minor }),
});

const terms = closed({
  claimedOn: date,
  scheduledDate: date,
  durationDays: Type.Integer({ minimum: 1, maximum: 100_000 }),
  rateBps,
  tierCommissionRateBps: rateBps,
  clearingDays: Type.Integer({ minimum: 0, maximum: 100_000 }),
  timezone: text(100),
});

const adjustment = closed({ number: positive, amountMinor: minor, by: text(300), at: instant, reasonDigest: sha256 });
const payment = closed({
  currency: currencyCode,
  amountMinor: minor,
  paidAt: instant,
  by: text(300),
  transactionId: text(200),
  holdOverridden: Type.Boolean(),
});

/**
 * The document whose canonical JSON (RFC 8785) is digested. Frozen: `packages/laurel-verify` ships it, and knows it for
 * ever; anything else is `laurel.statement/2`.
 */
export const StatementV1 = Type.Object(
  {
    schema: Type.Literal('laurel.statement/1'),
    version: positive,
    issuedAt: instant,
    clientId: uuid,
    boostId: uuid,
    redemptionId: uuid,
    creatorId: uuid,
    currency: closed({ code: currencyCode, decimals: Type.Integer({ minimum: 0, maximum: 3 }) }),
    terms,
    activation: closed({
      sync,
      /** The creator's boost that ended at this sync: until then this one had to wait, whatever date it was to begin on. */
      waitedFor: Type.Optional(closed({ boostId: uuid })),
      activatedAt: instant,
      gmvMinor: signedMinor,
    }),
    expiry: closed({ expiryDate: date, payableFrom: date, sync, gmvMinor: signedMinor }),
    entries: Type.Array(closed({ ...booked, gmvMinor: signedMinor })),
    corrections: Type.Array(closed({ ...booked, reading: Type.String({ enum: ['activation', 'expiry'] }) })),
    calculation,
    adjustments: Type.Array(adjustment),
    payments: Type.Array(payment, { maxItems: 1 }),
    amounts: closed({ currency: currencyCode, calculatedMinor: minor, finalMinor: minor, paidMinor: minor }),
  },
  {
    $id: 'laurel.statement/1',
    title: 'Statement of a commission boost',
    additionalProperties: false,
  },
);

/** What `GET /v1/boosts/{id}/statement` answers, and `laurel-verify` takes. */
export const StatementFileV1 = closed({
  statement: StatementV1,
  digest: sha256,
  chain: closed({ position: positive, previous: sha256, hash: sha256 }),
  reasons: Type.Array(
    closed({
      adjustment: positive,
      salt: Type.String({ pattern: '^[0-9a-f]{32}$' }),
      text: Type.String({ maxLength: 10_000 }),
    }),
  ),
});
