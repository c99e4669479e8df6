import type { RewardSource } from '../reward/reward.ts';
import { rightUsedUp, type ClaimCounts, type Right } from './right.ts';

/**
 * THE EAGER RULE. For every creator and every enabled VIP reward of the creator's tier there is exactly one open
 * redemption (claimable, visible), unless the right is used up; any other unclaimed row is hidden.
 *
 * Decided here for one creator and one reward. The grants of many are decided by the same rule in SQL
 * (persistence/grant.repository.ts), which a property test holds against this file.
 */
export interface Offer extends Right {
  readonly source: RewardSource;
  readonly tier: number | null;
  readonly enabled: boolean;
}

/** Why an unclaimed row is hidden, first cause first. */
export type Cause = 'reward_disabled' | 'tier_changed' | 'right_used_up';

export type Entitlement = { readonly kind: 'entitled' } | { readonly kind: 'not_entitled'; readonly cause: Cause };

/** The unclaimed row of a creator and a reward: there is at most one. */
export type UnclaimedRow = 'none' | 'open' | 'hidden';

export type RowAction = 'create' | 'bring_back' | 'hide' | 'keep';

export function entitlementOf(
  offer: Offer,
  creatorTier: number,
  counts: Pick<ClaimCounts, 'ever' | 'thisAchievement'>,
): Entitlement {
  if (!offer.enabled) return { kind: 'not_entitled', cause: 'reward_disabled' };
  if (offer.source === 'mission') return { kind: 'entitled' };
  if (offer.tier !== creatorTier) return { kind: 'not_entitled', cause: 'tier_changed' };
  if (rightUsedUp(offer, counts)) return { kind: 'not_entitled', cause: 'right_used_up' };
  return { kind: 'entitled' };
}

/** What becomes of the unclaimed row. A hidden row comes back as the same row; mission rows are never made by the rule. */
export function decideRow(entitlement: Entitlement, row: UnclaimedRow, source: RewardSource): RowAction {
  if (entitlement.kind === 'entitled') {
    if (row === 'none') return source === 'vip_tier' ? 'create' : 'keep';
    return row === 'hidden' ? 'bring_back' : 'keep';
  }
  return row === 'open' ? 'hide' : 'keep';
}

/** The reason that is kept with a hidden row until it is visible again. */
export function hiddenReason(cause: Cause, departure: { readonly from: number; readonly to: number }): string {
  return cause === 'tier_changed' ? tierChangeReason(departure.from, departure.to) : cause;
}

export function tierChangeReason(from: number, to: number): string {
  return `tier_change_tier_${from}_to_tier_${to}`;
}
