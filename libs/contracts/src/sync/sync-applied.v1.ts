import { defineEvent } from '../event.ts';
import { calendarDate, count, object, oneOf, uuid } from '../schema.ts';

/** A service is through with a sync. Key clientId:clientId; subject syncId:service; always version 1. */
export const SyncAppliedV1 = defineEvent({
  type: 'laurel.sync-application.finished.v1',
  topic: 'laurel.sync-application',
  nature: 'fact',
  description: 'A service has applied a sync completely: its events, and what fell due by its business date.',
  data: object({
    syncId: uuid,
    syncSequence: count,
    businessDate: calendarDate,
    service: oneOf('tier-evaluation', 'commission-boost'),
  }),
});
