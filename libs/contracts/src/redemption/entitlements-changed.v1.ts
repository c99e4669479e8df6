import { defineEvent } from '../event.ts';
import { count, list, object, tierNumber, uuid } from '../schema.ts';

/** What a tier change did to a creator's open redemptions. Key clientId:creatorId; subject creatorId; version = tierVersion. */
export const EntitlementsChangedV1 = defineEvent({
  type: 'laurel.entitlements.changed.v1',
  topic: 'laurel.entitlements',
  nature: 'state',
  description: 'The redemptions that a tier change created, brought back and hid, by id.',
  data: object({
    tier: tierNumber,
    tierVersion: count,
    created: list(uuid),
    broughtBack: list(uuid),
    hidden: list(uuid),
  }),
});
