import { defineEvent } from '../event.ts';
import { instant, object } from '../schema.ts';

/** A client (tenant) exists. Key clientId:clientId; subject clientId; always version 1. */
export const ClientCreatedV1 = defineEvent({
  type: 'laurel.client.created.v1',
  topic: 'laurel.client',
  nature: 'state',
  description: 'A client (tenant) exists. Services make room for it.',
  data: object({ createdAt: instant }),
});
