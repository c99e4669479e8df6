import { Type } from '@sinclair/typebox';
import { defineEvent } from '../event.ts';
import { calendarDate, count, list, minor, nullable, object, signedCount, uuid } from '../schema.ts';

/**
 * What one sync changed for one creator. Key clientId:creatorId; subject creatorId; aggregateVersion counts the
 * creator's events of this type. Only creators with an accepted row have one.
 */
export const CreatorSalesRecordedV1 = defineEvent({
  type: 'laurel.creator-sales.recorded.v1',
  topic: 'laurel.creator-sales',
  nature: 'difference',
  countedBySync: true,
  description: 'Signed differences of a creator’s sales between one sync and the last.',
  data: object({
    syncId: uuid,
    /** Gapless per client, from 1, in the order in which its syncs are booked. */
    syncSequence: count,
    businessDate: calendarDate,
    /** The business date of the client's sync before this one; null in the first. */
    previousBusinessDate: nullable(calendarDate),
    /** The creator's raw lifetime totals after this sync. */
    lifetimeGmvMinor: minor,
    lifetimeUnits: minor,
    differences: list(
      object({
        postDate: calendarDate,
        /** True for videos that this sync shows for the first time. */
        firstSighting: Type.Boolean(),
        gmvMinor: minor,
        units: minor,
        videos: count,
        views: signedCount,
        likes: signedCount,
        comments: signedCount,
      }),
    ),
  }),
});
