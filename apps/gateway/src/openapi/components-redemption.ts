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

const FREQUENCY = oneOf('one_time', 'weekly', 'monthly', 'unlimited');
const QUANTITY = nullable(Type.Integer({ minimum: 1, maximum: 10 }));

const REWARD_FIELDS = {
  type: oneOf(...REWARD_TYPES),
  name: text,
  tier: tierNumber,
  source: oneOf('vip_tier', 'mission'),
  value: ref('RewardValue'),
  frequency: FREQUENCY,
  quantity: optional(QUANTITY),
};

const BACKFILL = object({
  id: uuid,
  rewardId: uuid,
  status: oneOf('planned', 'running', 'paused', 'verifying', 'done', 'cancelled', 'failed'),
  eligible: count,
  created: count,
  broughtBack: count,
  alreadyOpen: count,
  excluded: Type.Record(Type.String(), Type.Integer(), { description: 'by reason' }),
  missing: nullable(count),
  stale: nullable(count),
  rowsPerSecond: nullable(Type.Number()),
  etaSeconds: nullable(Type.Number()),
  throttledBy: nullable(text),
});

const REDEMPTION = object({
  id: uuid,
  creatorId: uuid,
  rewardId: uuid,
  type: oneOf(...REWARD_TYPES),
  status: oneOf('claimable', 'claimed', 'fulfilled', 'concluded', 'rejected'),
  hidden: Type.Boolean(),
  hiddenReason: nullable(text),
  tierAtGrant: nullable(tierNumber),
  tierAtClaim: nullable(tierNumber),
  value: Type.Any(),
  claimedAt: nullable(instant),
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
  Reward: object({ id: uuid, enabled: Type.Boolean(), version: count, ...REWARD_FIELDS }),
  RewardChange: object({ name: optional(text), frequency: optional(FREQUENCY), quantity: optional(QUANTITY) }),
  RewardSwitched: object({ reward: ref('Reward'), backfillId: nullable(uuid) }),
  Backfill: BACKFILL,
  Redemption: REDEMPTION,
  Shipping: SHIPPING,
  Claim: object({
    scheduledDate: optional(date),
    scheduledAt: optional(instant),
    shipping: optional(ref('Shipping')),
    size: optional(text),
  }),
  Notes: object({ notes: optional(text) }),
  Shipment: object({ carrier: text, trackingNumber: text }),
};
