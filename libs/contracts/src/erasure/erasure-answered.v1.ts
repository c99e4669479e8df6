import { Type } from '@sinclair/typebox';
import { defineEvent } from '../event.ts';
import { count, list, object, oneOf, uuid } from '../schema.ts';

/** What is owed to a creator, so that erasing it must wait or be forced. */
export const OBLIGATION_KINDS = ['boost_not_paid', 'boost_in_payout_run', 'gift_not_delivered'] as const;

/**
 * A service's word on an erasure. Key clientId:creatorId; subject erasureId:service; aggregateVersion 1 `checked`, with
 * what is owed to the creator, 2 `erased`, with what is gone. `claimedBoosts` are redemptions whose boost redemption does
 * not know to be paid: whoever keeps the boosts answers once it knows them all.
 */
export const ErasureAnsweredV1 = defineEvent({
  type: 'laurel.erasure.answered.v1',
  topic: 'laurel.erasure',
  nature: 'state',
  description: 'A service tells what is owed to a creator that is to be erased, and later what of it is erased.',
  data: object({
    erasureId: uuid,
    creatorId: uuid,
    service: oneOf('tier-evaluation', 'redemption', 'commission-boost'),
    stage: oneOf('checked', 'erased'),
    obligations: list(object({ kind: oneOf(...OBLIGATION_KINDS), id: uuid })),
    claimedBoosts: list(uuid),
    erased: list(object({ what: Type.String({ pattern: '^[a-z_]{1,40}$' }), count })),
  }),
});
