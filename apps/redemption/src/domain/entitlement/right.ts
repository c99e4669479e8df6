import { addMonths, addDays, startOfMonth, startOfWeek, type CalendarDate } from '#libs/kernel';
import type { Allowance, RewardType } from '../reward/reward.ts';

/** What a one-time right is counted over: a creator's whole life, or one achievement, that is one tierVersion. */
export type OneTimeScope = 'ever' | 'achievement';

export const ONE_TIME_SCOPE: Readonly<Record<RewardType, OneTimeScope>> = {
  gift_card: 'ever',
  physical_gift: 'ever',
  experience: 'ever',
  commission_boost: 'achievement',
  spark_ads: 'achievement',
  discount: 'achievement',
};

/** A creator's right to claim a reward. */
export interface Right extends Allowance {
  readonly type: RewardType;
}

/** Earlier claims of one creator on one reward, by what they may count under. */
export interface ClaimCounts {
  readonly ever: number;
  /** Claimed under the creator's present tierVersion. */
  readonly thisAchievement: number;
  /** In the calendar week, from Sunday, of the programme date. */
  readonly thisWeek: number;
  readonly thisMonth: number;
}

export type Quota =
  | { readonly kind: 'free'; readonly left: number | null }
  | { readonly kind: 'reached'; readonly resetsAt: CalendarDate | null };

/** True if no claim can ever follow under this tierVersion. Weekly and monthly rights renew by themselves. */
export function rightUsedUp(right: Right, counts: Pick<ClaimCounts, 'ever' | 'thisAchievement'>): boolean {
  return right.frequency === 'one_time' && oneTimeClaims(right, counts) >= limitOf(right);
}

/** Whether one more claim is within the quota today; if not, when the count begins anew (null: not by time). */
export function checkQuota(right: Right, counts: ClaimCounts, programmeDate: CalendarDate): Quota {
  switch (right.frequency) {
    case 'unlimited':
      return { kind: 'free', left: null };
    case 'one_time':
      return quota(right, oneTimeClaims(right, counts), null);
    case 'weekly':
      return quota(right, counts.thisWeek, addDays(startOfWeek(programmeDate), 7));
    case 'monthly':
      return quota(right, counts.thisMonth, addMonths(startOfMonth(programmeDate), 1));
  }
}

function oneTimeClaims(right: Right, counts: Pick<ClaimCounts, 'ever' | 'thisAchievement'>): number {
  return ONE_TIME_SCOPE[right.type] === 'ever' ? counts.ever : counts.thisAchievement;
}

function quota(right: Right, used: number, resetsAt: CalendarDate | null): Quota {
  const left = limitOf(right) - used;
  return left > 0 ? { kind: 'free', left } : { kind: 'reached', resetsAt };
}

function limitOf(right: Right): number {
  return right.quantity ?? Number.POSITIVE_INFINITY;
}
