import { defineEvent } from '../event.ts';
import { object, oneOf, uuid } from '../schema.ts';

/**
 * A mission's grant of a reward to a creator, as it stands. Key clientId:creatorId; subject grantId; aggregateVersion 1
 * when granted, 2 when the raffle was lost. The only way to a redemption of a mission reward.
 */
export const MissionGrantChangedV1 = defineEvent({
  type: 'laurel.mission-grant.changed.v1',
  topic: 'laurel.mission-grant',
  nature: 'state',
  description: 'A mission has granted a reward to a creator, or the raffle for it was lost.',
  data: object({
    grantId: uuid,
    missionId: uuid,
    creatorId: uuid,
    rewardId: uuid,
    status: oneOf('granted', 'lost'),
  }),
});
