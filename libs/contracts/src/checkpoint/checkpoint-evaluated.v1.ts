import { defineEvent } from '../event.ts';
import { calendarDate, count, metricValue, object, oneOf, tierNumber } from '../schema.ts';

/** A creator's window was reviewed. Key clientId:creatorId; subject creatorId; version counts the creator's checkpoints. */
export const CheckpointEvaluatedV1 = defineEvent({
  type: 'laurel.checkpoint.evaluated.v1',
  topic: 'laurel.checkpoint',
  nature: 'state',
  description: 'The review of one closed window [windowStart, dueDate), with the figures it was decided on.',
  data: object({
    windowStart: calendarDate,
    dueDate: calendarDate,
    /** V: entries dated in the window, adjustments included, less the opening. May be negative. */
    value: metricValue,
    opening: metricValue,
    /** Of the tier before. */
    threshold: metricValue,
    tierBefore: tierNumber,
    tierAfter: tierNumber,
    outcome: oneOf('maintained', 'demoted', 'promoted'),
    tierVersion: count,
    programVersion: count,
  }),
});
