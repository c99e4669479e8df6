import { Type } from '@sinclair/typebox';
import { defineEvent } from '../event.ts';
import { instant, nullable, object, uuid } from '../schema.ts';

/**
 * Something about the money of a creator that a person should look at. Key clientId:creatorId; subject alertId;
 * aggregateVersion 1. The same thing is told once. Kinds may be added; no fact holds personal data.
 */
export const AlertRaisedV1 = defineEvent({
  type: 'laurel.alert.raised.v1',
  topic: 'laurel.alert',
  nature: 'fact',
  description: 'Something about the money of a creator that an admin should look at. Told once; kinds may be added.',
  data: object({
    alertId: uuid,
    kind: Type.String({ pattern: '^[a-z][a-z_]{1,59}$', description: 'such as negative_delta; others may be added' }),
    creatorId: uuid,
    boostId: nullable(uuid),
    facts: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
      description: 'ids, dates, amounts in minor units: what the kind is about',
    }),
    raisedAt: instant,
  }),
});
