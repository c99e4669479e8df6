import type { MoneyOnWire, RewardId } from '#libs/kernel';

export const REWARD_TYPES = [
  'gift_card',
  'commission_boost',
  'spark_ads',
  'discount',
  'physical_gift',
  'experience',
] as const;
export const REWARD_SOURCES = ['vip_tier', 'mission'] as const;
export const FREQUENCIES = ['one_time', 'weekly', 'monthly', 'unlimited'] as const;

export type RewardType = (typeof REWARD_TYPES)[number];
export type RewardSource = (typeof REWARD_SOURCES)[number];
export type Frequency = (typeof FREQUENCIES)[number];

export interface AmountValue {
  readonly amount: MoneyOnWire;
}
export interface BoostValue {
  readonly rateBps: number;
  readonly durationDays: number;
}
export interface DiscountValue {
  readonly percent: number;
  readonly durationMinutes: number;
  readonly couponCode: string;
  readonly maxUses?: number;
}
export interface GiftValue {
  readonly requiresSize: boolean;
  readonly sizeOptions?: readonly string[];
  readonly displayText: string;
}
export interface ExperienceValue {
  readonly displayText: string;
}

export interface ValueOfType {
  readonly gift_card: AmountValue;
  readonly commission_boost: BoostValue;
  readonly spark_ads: AmountValue;
  readonly discount: DiscountValue;
  readonly physical_gift: GiftValue;
  readonly experience: ExperienceValue;
}
/** What is offered, in the one shape it has on the wire, in the row and in events. Amounts are decimal texts. */
export type RewardValue = ValueOfType[RewardType];

/** How often a creator may claim: `quantity` times a period; null where the frequency is `unlimited`. */
export interface Allowance {
  readonly frequency: Frequency;
  readonly quantity: number | null;
}

/** Something a client offers. Type, tier, source and value never change after creation. */
export interface Reward extends Allowance {
  readonly id: RewardId;
  readonly type: RewardType;
  readonly name: string;
  /** The one tier it is for; null for a mission reward that names none. */
  readonly tier: number | null;
  readonly source: RewardSource;
  readonly value: RewardValue;
  readonly enabled: boolean;
  readonly version: number;
}
