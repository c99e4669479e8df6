import { defineEvent } from '../event.ts';
import { calendarDate, count, object, uuid } from '../schema.ts';

/** The client's programme date. Key clientId:clientId; subject clientId; aggregateVersion counts its events. */
export const ProgrammeDateAdvancedV1 = defineEvent({
  type: 'laurel.programme-date.advanced.v1',
  topic: 'laurel.programme-date',
  nature: 'state',
  description: 'Every service has applied this sync: its business date is the client’s today. It never goes back.',
  data: object({ programmeDate: calendarDate, syncId: uuid, syncSequence: count }),
});
