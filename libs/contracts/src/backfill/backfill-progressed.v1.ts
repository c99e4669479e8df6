import { defineEvent } from '../event.ts';
import { count, list, object, oneOf, uuid } from '../schema.ts';

/** One chunk of a backfill is committed. Key clientId:rewardId; subject backfillId; version counts the job's events. */
export const BackfillProgressedV1 = defineEvent({
  type: 'laurel.backfill.progressed.v1',
  topic: 'laurel.backfill',
  nature: 'difference',
  description: 'The rows of one chunk of a backfill (at most 1,000 ids) and the job’s totals so far.',
  data: object({
    rewardId: uuid,
    status: oneOf('planned', 'running', 'paused', 'verifying', 'done', 'cancelled', 'failed'),
    created: list(uuid),
    broughtBack: list(uuid),
    hidden: list(uuid),
    totals: object({ eligible: count, created: count, broughtBack: count, alreadyOpen: count, hidden: count }),
  }),
});
