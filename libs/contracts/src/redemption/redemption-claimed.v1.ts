import { Type } from '@sinclair/typebox';
import { defineEvent } from '../event.ts';
import {
  calendarDate,
  count,
  currencyCode,
  instant,
  nullable,
  object,
  oneOf,
  rateBps,
  tierNumber,
  uuid,
} from '../schema.ts';

/**
 * A creator has claimed a redemption. Key clientId:creatorId; subject redemptionId; always version 1. `boost` holds the
 * frozen terms of a commission boost, which nothing that happens later changes; null for the other types.
 */
export const RedemptionClaimedV1 = defineEvent({
  type: 'laurel.redemption.claimed.v1',
  topic: 'laurel.redemption',
  nature: 'state',
  description: 'A redemption was claimed; a boost’s frozen terms come with it.',
  data: object({
    redemptionId: uuid,
    rewardId: uuid,
    creatorId: uuid,
    type: oneOf('gift_card', 'commission_boost', 'spark_ads', 'discount', 'physical_gift', 'experience'),
    tierAtClaim: tierNumber,
    tierVersion: count,
    claimedAt: instant,
    claimedOn: calendarDate,
    boost: nullable(
      object({
        rateBps,
        durationDays: Type.Integer({ minimum: 1 }),
        scheduledDate: calendarDate,
        /** TikTok's own commission in that tier, for display. */
        tierCommissionRateBps: rateBps,
        clearingDays: count,
        currency: currencyCode,
        timezone: Type.String(),
      }),
    ),
  }),
});
