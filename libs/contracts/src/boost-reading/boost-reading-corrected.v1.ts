import { defineEvent } from '../event.ts';
import { calendarDate, count, instant, minor, object, oneOf, uuid } from '../schema.ts';

/**
 * A later sync of a reading's own business date has changed what the creator had sold by that date. The reading stays.
 * Key clientId:creatorId; subject boostId:reading:syncSequence; always version 1.
 */
export const BoostReadingCorrectedV1 = defineEvent({
  type: 'laurel.boost-reading.corrected.v1',
  topic: 'laurel.boost-reading',
  nature: 'fact',
  description:
    'A later sync of the same business date says other sales than the one a boost was read at. The reading stays; an admin may set a final amount.',
  data: object({
    boostId: uuid,
    redemptionId: uuid,
    creatorId: uuid,
    reading: oneOf('activation', 'expiry'),
    businessDate: calendarDate,
    syncId: uuid,
    syncSequence: count,
    /** What that sync changed of the creator's raw GMV. */
    differenceMinor: minor,
    notedAt: instant,
  }),
});
