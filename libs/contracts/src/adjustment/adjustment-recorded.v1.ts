import { defineEvent } from '../event.ts';
import { calendarDate, count, metricValue, object, oneOf, uuid } from '../schema.ts';

/** An admin's signed correction. Key clientId:creatorId; subject creatorId; version counts the creator's adjustments. */
export const AdjustmentRecordedV1 = defineEvent({
  type: 'laurel.adjustment.recorded.v1',
  topic: 'laurel.adjustment',
  nature: 'difference',
  description: 'A manual correction of a creator’s total, in the program’s metric.',
  data: object({
    adjustmentId: uuid,
    kind: oneOf('manual_sale', 'refund', 'bonus', 'correction'),
    effectiveDate: calendarDate,
    value: metricValue,
    programVersion: count,
  }),
});
