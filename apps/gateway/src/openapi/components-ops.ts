import { Type, type TSchema } from '@sinclair/typebox';
import { count, instant, list, nullable, object, oneOf, optional, ref, text, uuid } from './schemas.ts';

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

const SEEN = object({ run: count, at: instant });
const RUN_STATUS = oneOf('running', 'done');

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
  Finding: object({
    id: uuid,
    service: text,
    clientId: uuid,
    kind: Type.String({ description: 'docs/runbooks/reconciliation.md says what each means' }),
    subject: object({ kind: oneOf('client', 'creator', 'video'), id: uuid }),
    expected: text,
    found: text,
    firstSeen: SEEN,
    lastSeen: SEEN,
    resolved: nullable(SEEN),
  }),
  Reconciliation: object({
    status: RUN_STATUS,
    services: list(
      object({
        name: text,
        status: RUN_STATUS,
        clients: count,
        compared: count,
        differences: count,
        resolved: count,
        open: NUMBERS,
      }),
    ),
    findings: Type.Array(ref('Finding'), { description: 'the first of those that are open' }),
  }),
  MasterKeys: object({
    service: text,
    currentKeyId: Type.String({ description: 'of the key that data keys are wrapped by from now on' }),
    masterKeys: list(
      object({
        id: text,
        available: Type.Boolean({ description: 'the service has it; a key without data keys can be taken away' }),
        dataKeys: count,
      }),
    ),
  }),
  Rotation: object({
    to: Type.String({ description: 'the key that is expected to be current' }),
    cursor: optional(nullable(text)),
  }),
  KeysRotated: object({
    service: text,
    rewrapped: count,
    broken: Type.Integer({ minimum: 0, description: 'that do not open, and were left as they are' }),
    cursor: Type.Union([text, Type.Null()], { description: 'where to go on; null at the end' }),
  }),
  Verification: object({
    clientId: uuid,
    redemptions: count,
    rewards: count,
    faults: count,
    checks: list(
      object({
        check: Type.String({ description: 'apps/redemption/README.md says what each looks for' }),
        faults: count,
        examples: list(
          object({
            rewardId: nullable(uuid),
            creatorId: nullable(uuid),
            redemptionId: nullable(uuid),
            expected: text,
            found: text,
          }),
        ),
      }),
    ),
    unfinishedJobs: Type.Array(object({ rewardId: uuid, backfillId: uuid, status: text }), {
      description: 'of their rewards only what other tiers’ creators have is judged',
    }),
  }),
  Rebuild: object({ clientId: uuid, cursor: optional(nullable(uuid)) }),
  Rebuilt: object({
    examined: count,
    changed: count,
    changes: list(object({ creatorId: uuid, figures: list(object({ figure: text, before: text, after: text })) })),
    cursor: Type.Union([uuid, Type.Null()], { description: 'where to go on; null at the end' }),
  }),
};
