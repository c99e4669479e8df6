import { Type } from '@sinclair/typebox';
import { defineEvent } from '../event.ts';
import { count, list, nullable, object, oneOf, uuid } from '../schema.ts';

/**
 * A backfill has come further: at each change of its status, and once a second while it runs. Key clientId:rewardId;
 * subject backfillId; version counts the job's events. The rows are told by `laurel.backfill.rows-changed.v1`.
 */
export const BackfillProgressedV1 = defineEvent({
  type: 'laurel.backfill.progressed.v1',
  topic: 'laurel.backfill',
  nature: 'difference',
  description:
    'A backfill’s status, totals so far, pace and remaining time. Its rows are in laurel.backfill.rows-changed.v1; the lists here are empty.',
  data: object({
    rewardId: uuid,
    status: oneOf('planned', 'running', 'paused', 'verifying', 'done', 'cancelled', 'failed'),
    created: list(uuid),
    broughtBack: list(uuid),
    hidden: list(uuid),
    totals: object({ eligible: count, created: count, broughtBack: count, alreadyOpen: count, hidden: count }),
    /** Of the creators expected when it began, in tenths. */
    percent: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
    rowsPerSecond: Type.Optional(nullable(count)),
    etaSeconds: Type.Optional(nullable(count)),
    throttledBy: Type.Optional(nullable(oneOf('foreground_latency', 'relay_lag'))),
  }),
});
