import { Type, type TSchema } from '@sinclair/typebox';
import {
  bps,
  count,
  date,
  instant,
  list,
  money,
  nullable,
  object,
  oneOf,
  optional,
  ref,
  text,
  tierNumber,
  uuid,
} from './schemas.ts';

const REWARD_TYPES = ['gift_card', 'spark_ads', 'commission_boost', 'discount', 'physical_gift', 'experience'];

const REWARD_VALUE = Type.Union(
  [
    object({ amount: money }),
    object({ rateBps: bps, durationDays: Type.Integer({ minimum: 1 }) }),
    object({ percent: Type.Number(), durationMinutes: count, couponCode: optional(text), maxUses: optional(count) }),
    object({ requiresSize: Type.Boolean(), sizeOptions: optional(list(text)), displayText: text }),
    object({ displayText: text }),
  ],
  { description: `what the type asks for: ${REWARD_TYPES.join(', ')}` },
);

const SOURCE = oneOf('vip_tier', 'mission');
const FREQUENCY = oneOf('one_time', 'weekly', 'monthly', 'unlimited');
const QUANTITY = nullable(Type.Integer({ minimum: 1, maximum: 10 }));

const REWARD_FIELDS = {
  type: oneOf(...REWARD_TYPES),
  name: text,
  tier: optional(nullable(tierNumber)),
  source: SOURCE,
  value: ref('RewardValue'),
  frequency: FREQUENCY,
  quantity: optional(QUANTITY),
};

const REWARD = object({ id: uuid, enabled: Type.Boolean(), version: count, ...REWARD_FIELDS });

/** Creators met, each in exactly one of the next three or excluded; and rows hidden. */
const BACKFILL_TOTALS = {
  eligible: count,
  created: count,
  broughtBack: count,
  alreadyOpen: count,
  excluded: Type.Record(Type.String(), Type.Integer(), { description: 'by reason' }),
  hidden: count,
};

const CERTIFICATE = object({
  ...BACKFILL_TOTALS,
  missing: count,
  stale: count,
  faultyCreators: list(uuid),
  digest: nullable(text),
  startedAt: nullable(instant),
  verifiedAt: nullable(instant),
  endedAt: nullable(instant),
  rowsPerSecond: nullable(Type.Number()),
});

const BACKFILL = object({
  id: uuid,
  rewardId: uuid,
  status: oneOf('planned', 'running', 'paused', 'verifying', 'done', 'cancelled', 'failed'),
  expected: count,
  ...BACKFILL_TOTALS,
  missing: nullable(count),
  stale: nullable(count),
  percent: Type.Number({ description: 'of the creators expected when it began' }),
  rowsPerSecond: nullable(Type.Number()),
  etaSeconds: nullable(Type.Number()),
  throttledBy: nullable(oneOf('foreground_latency', 'relay_lag')),
  certificate: nullable(CERTIFICATE),
  kind: text,
  failure: nullable(text),
  createdAt: instant,
  startedAt: nullable(instant),
  endedAt: nullable(instant),
});

const SHIPPING = object({
  firstName: Type.String({ minLength: 1, maxLength: 50 }),
  lastName: Type.String({ minLength: 1, maxLength: 50 }),
  line1: Type.String({ minLength: 1, maxLength: 100 }),
  line2: optional(Type.String({ maxLength: 100 })),
  city: Type.String({ minLength: 1, maxLength: 100 }),
  state: Type.String({ minLength: 1, maxLength: 100 }),
  postalCode: Type.String({ pattern: '^[A-Za-z0-9]+([ -][A-Za-z0-9]+)*$', minLength: 2, maxLength: 12 }),
  country: Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2' }),
  phone: optional(Type.String({ minLength: 5, maxLength: 25 })),
});

const ONE_GIFT = 'of a physical gift, in the answer for one redemption alone; null until it is claimed';

const REDEMPTION = object({
  id: uuid,
  creatorId: uuid,
  handle: optional(nullable(text)),
  rewardId: uuid,
  rewardName: text,
  type: oneOf(...REWARD_TYPES),
  source: SOURCE,
  status: oneOf('claimable', 'claimed', 'fulfilled', 'concluded', 'rejected'),
  hidden: Type.Boolean(),
  hiddenReason: nullable(text),
  createdAt: instant,
  tierAtGrant: nullable(tierNumber),
  tierVersionAtGrant: nullable(count),
  tierAtClaim: nullable(tierNumber),
  tierVersionAtClaim: nullable(count),
  value: ref('RewardValue'),
  claimedAt: nullable(instant),
  claimedOn: nullable(date),
  scheduledDate: nullable(date),
  scheduledAt: nullable(instant),
  carrier: nullable(text),
  trackingNumber: nullable(text),
  shippedAt: nullable(instant),
  size: optional(Type.Union([text, Type.Null()], { description: ONE_GIFT })),
  shipping: optional(Type.Union([ref('Shipping'), Type.Null()], { description: ONE_GIFT })),
});

export const REDEMPTION_COMPONENTS: Readonly<Record<string, TSchema>> = {
  RewardValue: REWARD_VALUE,
  NewReward: object(REWARD_FIELDS),
  Reward: REWARD,
  CountedReward: Type.Intersect([
    ref('Reward'),
    object({
      counts: object(
        { open: count, hidden: count, claimed: count, fulfilled: count, concluded: count, rejected: count },
        { description: 'its redemptions by state, exact' },
      ),
    }),
  ]),
  ChangedReward: Type.Intersect([ref('Reward'), object({ backfillId: nullable(uuid) })]),
  RewardChange: object({ name: optional(text), frequency: optional(FREQUENCY), quantity: optional(QUANTITY) }),
  RewardSwitched: object({ reward: ref('Reward'), backfillId: nullable(uuid) }),
  Backfill: BACKFILL,
  WatchedBackfill: Type.Intersect([ref('Backfill'), object({ clientId: uuid })]),
  Redemption: REDEMPTION,
  Shipping: SHIPPING,
  Claim: object({
    scheduledDate: optional(date),
    scheduledAt: optional(instant),
    shipping: optional(ref('Shipping')),
    size: optional(text),
  }),
  Notes: object({ notes: optional(text) }),
  Shipment: object({ carrier: text, trackingNumber: text, notes: optional(text) }),
};
