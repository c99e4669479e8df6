import { Type } from '@sinclair/typebox';
import { defineEvent } from '../event.ts';
import { calendarDate, count, object, tierNumber, uuid } from '../schema.ts';

/** What made a decision: a sync's sales, an adjustment, a new program version, or the end of a window. */
const tierChangeCause = Type.Union([
  object({ kind: Type.Literal('sync'), syncId: uuid }),
  object({ kind: Type.Literal('adjustment'), adjustmentId: uuid }),
  object({ kind: Type.Literal('program'), version: count }),
  object({ kind: Type.Literal('checkpoint'), windowStart: calendarDate, dueDate: calendarDate }),
]);

/** A creator's tier has changed. Key clientId:creatorId; subject creatorId; aggregateVersion = tierVersion. */
export const TierChangedV1 = defineEvent({
  type: 'laurel.tier.changed.v1',
  topic: 'laurel.tier',
  nature: 'state',
  description: 'A creator’s tier has changed; the latest tierVersion of a creator says all.',
  data: object({
    tierBefore: tierNumber,
    tierAfter: tierNumber,
    tierVersion: count,
    decidedFor: calendarDate,
    cause: tierChangeCause,
    programVersion: count,
  }),
});
