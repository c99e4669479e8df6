import type { RewardSource } from '../reward/reward.ts';
import { rightUsedUp, type ClaimCounts, type Right } from './right.ts';

/**
 * THE EAGER RULE. For every creator and every enabled VIP reward of the creator's tier there is exactly one open
 * redemption (claimable, visible), unless the right is used up; any other unclaimed row is hidden.
 *
 * Decided here for one creator and one reward. The grants of many are decided by the same rule in SQL
 * (persistence/alignment.ts), which a property test holds against this file.
 */
export interface Offer extends Right {
  readonly source: RewardSource;
  readonly tier: number | null;
  readonly enabled: boolean;
}

/**
 * Why an unclaimed row is hidden, first cause first. An erased creator has nothing, for good. The tier comes before the reward, so that what becomes of a reward never makes
 * the reason of a creator stale who is elsewhere: jobs meet the members of the reward's tier alone.
 */
export type Cause = 'erased' | 'tier_changed' | 'reward_disabled' | 'right_used_up';

export type Entitlement = { readonly kind: 'entitled' } | { readonly kind: 'not_entitled'; readonly cause: Cause };

/** The unclaimed row of a creator and a reward: there is at most one. */
export type UnclaimedRow = 'none' | 'open' | 'hidden';

export type RowAction = 'create' | 'bring_back' | 'hide' | 'keep';

export function entitlementOf(
  offer: Offer,
  creatorTier: number,
  counts: Pick<ClaimCounts, 'ever' | 'thisAchievement'>,
  isErased = false,
): Entitlement {
  if (isErased) return { kind: 'not_entitled', cause: 'erased' };
  if (offer.source === 'vip_tier' && offer.tier !== creatorTier) return { kind: 'not_entitled', cause: 'tier_changed' };
  if (!offer.enabled) return { kind: 'not_entitled', cause: 'reward_disabled' };
  if (offer.source === 'mission') return { kind: 'entitled' };
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

/**
 * The reason of a hidden row. Of another tier's it is the departure from that tier which hid it last: it stays until the
 * creator is back and the row is judged anew, so whatever else stands there is from before the departure.
 *
 * @param row.reason what stands there; null of a visible row
 */
export function hiddenReason(
  cause: Cause,
  row: { readonly tier: number | null; readonly reason: string | null },
  creatorTier: number,
): string {
  if (cause !== 'tier_changed') return cause;
  if (row.reason?.startsWith('tier_change_')) return row.reason;
  return `tier_change_tier_${row.tier}_to_tier_${creatorTier}`;
}
