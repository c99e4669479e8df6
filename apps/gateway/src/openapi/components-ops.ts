import { Type, type TSchema } from '@sinclair/typebox';
import { count, instant, list, nullable, object, oneOf, optional, ref, text } from './schemas.ts';

const NUMBERS = Type.Record(Type.String(), Type.Integer());

const SERVICE_STATUS = object({
  name: text,
  reachable: optional(Type.Boolean()),
  outboxPending: optional(count),
  oldestUnpublishedSeconds: optional(Type.Number()),
  consumers: optional(list(object({ group: text, topic: text, lag: count }))),
  parkedKeys: optional(count),
  pending: optional(NUMBERS),
  held: optional(NUMBERS),
  counter: optional(Type.Number()),
});

export const OPS_COMPONENTS: Readonly<Record<string, TSchema>> = {
  Me: object({
    creator: ref('Creator'),
    tier: nullable(ref('Tier')),
    openRedemptions: list(ref('Redemption')),
    boosts: list(ref('Boost')),
  }),
  ServiceStatus: SERVICE_STATUS,
  Status: object({
    settled: Type.Boolean({ description: 'nothing more will happen by itself' }),
    services: list(ref('ServiceStatus')),
  }),
  Parked: object({
    id: Type.String({ description: '<service>:<uuid>' }),
    service: text,
    kind: oneOf('key', 'record'),
    reason: text,
    waitingEvents: optional(count),
    parkedAt: instant,
  }),
};
