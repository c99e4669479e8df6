import { defineEvent } from '../event.ts';
import { calendarDate, count, nullable, object, sha256, uuid } from '../schema.ts';

/** Everything of a sync is published. Key clientId:clientId; subject clientId; aggregateVersion = syncSequence. */
export const SyncCompletedV1 = defineEvent({
  type: 'laurel.sync.completed.v1',
  topic: 'laurel.sync',
  nature: 'state',
  description: 'A sync is booked whole: so many creator-sales.recorded belong to it.',
  data: object({
    syncId: uuid,
    syncSequence: count,
    businessDate: calendarDate,
    previousBusinessDate: nullable(calendarDate),
    /** How many creator-sales.recorded events the sync has published. */
    creatorSalesEvents: count,
    fileSha256: sha256,
  }),
});
