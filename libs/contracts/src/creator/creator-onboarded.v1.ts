import { defineEvent } from '../event.ts';
import { calendarDate, object, uuid } from '../schema.ts';

/** A creator of tier 1 exists. Key clientId:creatorId; subject creatorId; always version 1. */
export const CreatorOnboardedV1 = defineEvent({
  type: 'laurel.creator.onboarded.v1',
  topic: 'laurel.creator',
  nature: 'state',
  description: 'A handle was seen for the first time: its creator exists, in tier 1.',
  data: object({ onboardedOn: calendarDate, syncId: uuid }),
});
