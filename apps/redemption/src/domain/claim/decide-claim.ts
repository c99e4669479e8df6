import type { CalendarDate } from '#libs/kernel';
import { checkQuota, type ClaimCounts } from '../entitlement/right.ts';
import type { Offer } from '../entitlement/open-redemption.ts';
import type { RedemptionStatus } from '../redemption/redemption-state.ts';

export interface ClaimSituation {
  readonly offer: Offer;
  readonly creatorTier: number;
  readonly row: { readonly status: RedemptionStatus; readonly hidden: boolean };
  readonly counts: ClaimCounts;
  readonly programmeDate: CalendarDate;
}

export type ClaimDecision =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly code: ClaimRefusal; readonly detail: string }
  | { readonly kind: 'limit_reached'; readonly resetsAt: CalendarDate | null };

export type ClaimRefusal = 'redemption.not_open' | 'redemption.reward_disabled' | 'redemption.tier_mismatch';

/**
 * The checks that every type shares, in the order in which they are answered. A row that was claimed before is told so
 * first: what its reward and tier have become since is no longer its business.
 */
export function decideClaim(situation: ClaimSituation): ClaimDecision {
  const { offer, row } = situation;
  if (row.status !== 'claimable') return refused('redemption.not_open', `the redemption is ${row.status}`);
  if (!offer.enabled) return refused('redemption.reward_disabled', 'the reward is disabled');
  if (offer.tier !== null && offer.tier !== situation.creatorTier) {
    return refused('redemption.tier_mismatch', `the reward is for tier ${offer.tier}`);
  }
  if (row.hidden) return refused('redemption.not_open', 'the redemption is not open');
  const quota = checkQuota(offer, situation.counts, situation.programmeDate);
  if (quota.kind === 'reached') return { kind: 'limit_reached', resetsAt: quota.resetsAt };
  return { kind: 'accepted' };
}

function refused(code: ClaimRefusal, detail: string): ClaimDecision {
  return { kind: 'refused', code, detail };
}
