import { decideRow, entitlementOf, type Offer } from './open-redemption.ts';
import type { ClaimCounts } from './right.ts';

/** What a claim leaves to be done: a creator's next open row, or a grant of a mission that has waited for room. */
export type AfterClaim = 'create_open_row' | 'place_mission_grant' | 'nothing';

/** The eager rule for the reward and the creator of an accepted claim, whose row was the unclaimed one. */
export function afterClaim(offer: Offer, creatorTier: number, before: ClaimCounts): AfterClaim {
  if (offer.source === 'mission') return 'place_mission_grant';
  const counts = { ever: before.ever + 1, thisAchievement: before.thisAchievement + 1 };
  const action = decideRow(entitlementOf(offer, creatorTier, counts), 'none', offer.source);
  return action === 'create' ? 'create_open_row' : 'nothing';
}
