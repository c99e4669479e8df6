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
});

const SHIPPING = object({
  firstName: text,
  lastName: text,
  line1: text,
  line2: optional(text),
  city: text,
  state: text,
  postalCode: text,
  country: text,
  phone: optional(text),
});

export const REDEMPTION_COMPONENTS: Readonly<Record<string, TSchema>> = {
  RewardValue: REWARD_VALUE,
  NewReward: object(REWARD_FIELDS),
  Reward: REWARD,
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
