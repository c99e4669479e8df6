import { Type } from '@sinclair/typebox';
import { defineEvent } from '../event.ts';
import { count, nullable, object, oneOf, tierNumber } from '../schema.ts';

/** A reward, whole, at a version. Key clientId:rewardId; subject rewardId; aggregateVersion = version. */
export const RewardPublishedV1 = defineEvent({
  type: 'laurel.reward.published.v1',
  topic: 'laurel.reward',
  nature: 'state',
  description: 'A version of a reward: what is offered, to which tier, how often, and whether it is enabled.',
  data: object({
    version: count,
    type: oneOf('gift_card', 'commission_boost', 'spark_ads', 'discount', 'physical_gift', 'experience'),
    name: Type.String(),
    tier: nullable(tierNumber),
    source: oneOf('vip_tier', 'mission'),
    frequency: oneOf('one_time', 'weekly', 'monthly', 'unlimited'),
    quantity: nullable(count),
    enabled: Type.Boolean(),
    /** The value as in the HTTP API, by type. */
    value: Type.Record(Type.String(), Type.Unknown()),
  }),
});
