import { defineEvent } from '../event.ts';
import { calendarDate, instant, minor, nullable, object, oneOf, uuid } from '../schema.ts';

const status = oneOf('scheduled', 'active', 'expired', 'pending_info', 'pending_payout', 'paid');

/** A boost made one step. Key clientId:creatorId; subject boostId; aggregateVersion counts the boost's steps. */
export const BoostStatusChangedV1 = defineEvent({
  type: 'laurel.boost.status-changed.v1',
  topic: 'laurel.boost',
  nature: 'state',
  description: 'A boost made one step of scheduled, active, expired, pending_info, pending_payout, paid.',
  data: object({
    boostId: uuid,
    redemptionId: uuid,
    creatorId: uuid,
    from: nullable(status),
    to: status,
    occurredAt: instant,
    activationDate: nullable(calendarDate),
    expiryDate: nullable(calendarDate),
    deltaMinor: nullable(minor),
    calculatedPayoutMinor: nullable(minor),
    finalPayoutMinor: nullable(minor),
  }),
});
