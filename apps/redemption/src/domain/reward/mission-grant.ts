/**
 * What has become of a mission's grant. A creator has one unclaimed row of a reward at a time: a further grant of it is
 * `waiting` until that row is claimed or rejected, then it is `placed`, with a row of its own. `lost` had its row
 * rejected, or never had one. `refused` names no mission reward of the client.
 */
export const MISSION_GRANT_STATUSES = ['waiting', 'placed', 'lost', 'refused'] as const;
