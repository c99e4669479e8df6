import type { FieldFault } from '#libs/contracts';
import type { Allowance, Frequency, Reward, RewardSource } from './reward.ts';

const MAX_QUANTITY = 10;

export type AllowanceReading =
  | { readonly kind: 'allowance'; readonly allowance: Allowance }
  | { readonly kind: 'faults'; readonly faults: readonly FieldFault[] };

/** 1-10 claims a period, one where nothing is said; an unlimited reward has no quantity. */
export function readAllowance(frequency: Frequency, quantity: number | null | undefined): AllowanceReading {
  if (frequency === 'unlimited') {
    if (quantity === undefined || quantity === null)
      return { kind: 'allowance', allowance: { frequency, quantity: null } };
    return faulty('quantity', 'not_allowed', 'an unlimited reward has no quantity');
  }
  if (quantity === undefined) return { kind: 'allowance', allowance: { frequency, quantity: 1 } };
  if (quantity === null || !Number.isInteger(quantity) || quantity < 1 || quantity > MAX_QUANTITY) {
    return faulty('quantity', 'out_of_range', `quantity: a whole number from 1 to ${MAX_QUANTITY}`);
  }
  return { kind: 'allowance', allowance: { frequency, quantity } };
}

/** What a change of frequency, quantity or both makes of an allowance. A quantity is kept where it still means something. */
export function changeAllowance(
  present: Allowance,
  change: { readonly frequency?: Frequency | undefined; readonly quantity?: number | null | undefined },
): AllowanceReading {
  const frequency = change.frequency ?? present.frequency;
  if (change.quantity !== undefined) return readAllowance(frequency, change.quantity);
  return readAllowance(frequency, frequency === 'unlimited' ? undefined : (present.quantity ?? undefined));
}

/** A VIP reward names one tier of the program; a mission reward may name none. */
export function checkRewardTier(source: RewardSource, tier: number | null, tierCount: number): readonly FieldFault[] {
  if (tier === null) {
    return source === 'mission' ? [] : [{ pointer: '/tier', code: 'required', message: 'a VIP reward names its tier' }];
  }
  if (Number.isInteger(tier) && tier >= 1 && tier <= tierCount) return [];
  return [{ pointer: '/tier', code: 'out_of_range', message: `tier: a tier of the program, 1 to ${tierCount}` }];
}

/** Whether a change touches who may claim, so that a job must go through the rows. */
export function allowanceDiffers(a: Pick<Reward, 'frequency' | 'quantity'>, b: Allowance): boolean {
  return a.frequency !== b.frequency || a.quantity !== b.quantity;
}

function faulty(name: string, code: string, message: string): AllowanceReading {
  return { kind: 'faults', faults: [{ pointer: `/${name}`, code, message }] };
}
