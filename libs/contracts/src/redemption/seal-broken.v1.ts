import { Type } from '@sinclair/typebox';
import { defineEvent } from '../event.ts';
import { nullable, object, uuid } from '../schema.ts';

/**
 * Something of a creator's that redemption keeps sealed does not open. Key clientId:creatorId; subject a UUID of this
 * telling; always version 1. A process tells a place once, so the same may be told again by another.
 */
export const SealBrokenV1 = defineEvent({
  type: 'laurel.redemption.seal-broken.v1',
  topic: 'laurel.redemption',
  nature: 'fact',
  description:
    'A shipping address does not open: its ciphertext was altered, cut or moved, or its key is gone. May be told more than once.',
  data: object({
    creatorId: uuid,
    /** Whose address it is; null where it is the creator's key that does not open. */
    redemptionId: nullable(uuid),
    field: Type.String({ pattern: '^[a-z_.]{1,80}$', description: 'table and column' }),
  }),
});
