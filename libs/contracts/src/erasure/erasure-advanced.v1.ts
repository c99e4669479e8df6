import { Type } from '@sinclair/typebox';
import { defineEvent } from '../event.ts';
import { object, oneOf, uuid } from '../schema.ts';

/**
 * The erasure of a creator has come this far. Key clientId:creatorId; subject erasureId; aggregateVersion 1 `checking`,
 * 2 `refused` or `erasing`, 3 `done`. While it is checked every service keeps the creator from new obligations and
 * answers which there are; `refused` sets the creator free again; on `erasing` each destroys what it has of the person.
 */
export const ErasureAdvancedV1 = defineEvent({
  type: 'laurel.erasure.advanced.v1',
  topic: 'laurel.erasure',
  nature: 'state',
  description: 'The erasure of a creator is being checked, was refused, is carried out, or is done everywhere.',
  data: object({
    erasureId: uuid,
    creatorId: uuid,
    status: oneOf('checking', 'refused', 'erasing', 'done'),
    forced: Type.Boolean({ description: 'an admin has ordered it in spite of what is owed' }),
  }),
});
