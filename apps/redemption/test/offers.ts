import type { RewardType } from '../src/domain/reward/reward.ts';

export const GIFT_CARD = { type: 'gift_card', value: { amount: { amount: '25.00', currency: 'USD' } } } as const;
export const SPARK_ADS = { type: 'spark_ads', value: { amount: { amount: '50.00', currency: 'USD' } } } as const;
export const BOOST = { type: 'commission_boost', value: { rateBps: 500, durationDays: 30 } } as const;
export const DISCOUNT = {
  type: 'discount',
  value: { percent: 20, durationMinutes: 60, couponCode: 'GLOW20' },
} as const;

/** A sound value of each type. */
export const VALUES: Readonly<Record<RewardType, Record<string, unknown>>> = {
  gift_card: GIFT_CARD.value,
  commission_boost: BOOST.value,
  spark_ads: SPARK_ADS.value,
  discount: DISCOUNT.value,
  physical_gift: { requiresSize: false, displayText: 'Hoodie' },
  experience: { displayText: 'Studio day' },
};

export const ADDRESS = {
  firstName: 'Ada',
  lastName: 'Fox',
  line1: '1 Main Street',
  city: 'Springfield',
  state: 'IL',
  postalCode: '62701',
  country: 'US',
};
