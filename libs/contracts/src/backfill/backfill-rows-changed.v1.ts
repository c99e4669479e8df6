import { defineEvent } from '../event.ts';
import { count, list, object, sha256, uuid } from '../schema.ts';

/**
 * A chunk of a backfill is committed, with at most 1,000 ids; a larger chunk tells its rows in several. Key clientId and an
 * id of the slice, so that slices are written side by side; subject backfillId/slice; version counts the slice's events.
 */
export const BackfillRowsChangedV1 = defineEvent({
  type: 'laurel.backfill.rows-changed.v1',
  topic: 'laurel.backfill',
  nature: 'difference',
  description:
    'The rows that one chunk of a backfill has created, brought back and hidden (at most 1,000 ids an event), how far its slice is by then, and the digest of the creators met.',
  data: object({
    backfillId: uuid,
    rewardId: uuid,
    slice: count,
    created: list(uuid),
    broughtBack: list(uuid),
    hidden: list(uuid),
    through: uuid,
    digest: sha256,
  }),
});
