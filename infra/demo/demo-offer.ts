import type { ApiClient } from './api-client.ts';

export const PROGRAM = {
  currency: 'USD',
  timezone: 'America/New_York',
  metric: 'sales',
  mode: 'checkpoint',
  checkpointMonths: 4,
  attribution: 'ledger',
  clearingDays: 20,
  tiers: [
    { name: 'Bronze', color: '#b08d57', threshold: '0', commissionRateBps: 1000 },
    { name: 'Silver', color: '#c0c0c0', threshold: '1000', commissionRateBps: 1200 },
    { name: 'Gold', color: '#d4af37', threshold: '3000', commissionRateBps: 1500 },
    { name: 'Platinum', color: '#5f9ea0', threshold: '10000', commissionRateBps: 2000 },
  ],
};

const usd = (amount: string) => ({ amount: { amount, currency: 'USD' } });

const REWARDS = [
  {
    tier: 1,
    type: 'experience',
    name: 'Welcome call',
    value: { displayText: 'Welcome call' },
    frequency: 'one_time',
    quantity: 1,
  },
  { tier: 2, type: 'gift_card', name: 'Silver gift card', value: usd('25.00'), frequency: 'monthly', quantity: 1 },
  {
    tier: 2,
    type: 'commission_boost',
    name: 'Silver boost',
    value: { rateBps: 300, durationDays: 30 },
    frequency: 'monthly',
    quantity: 1,
  },
  { tier: 3, type: 'gift_card', name: 'Gold gift card', value: usd('75.00'), frequency: 'monthly', quantity: 1 },
  {
    tier: 3,
    type: 'commission_boost',
    name: 'Gold boost',
    value: { rateBps: 500, durationDays: 30 },
    frequency: 'monthly',
    quantity: 1,
  },
  { tier: 4, type: 'spark_ads', name: 'Platinum ads credit', value: usd('500.00'), frequency: 'monthly', quantity: 1 },
  {
    tier: 4,
    type: 'commission_boost',
    name: 'Platinum boost',
    value: { rateBps: 800, durationDays: 45 },
    frequency: 'monthly',
    quantity: 1,
  },
] as const;

/** Creates and enables the demo's rewards; those that stand already are left alone. */
export async function createRewards(admin: ApiClient): Promise<void> {
  for (const offer of REWARDS) {
    const reward = await admin.post<{ id: string }>(
      '/v1/rewards',
      { ...offer, source: 'vip_tier' },
      `demo-reward-${offer.name.replaceAll(' ', '-')}`,
    );
    const { enabled } = await admin.get<{ enabled: boolean }>(`/v1/rewards/${reward.id}`);
    if (!enabled) await admin.post(`/v1/rewards/${reward.id}/enable`);
  }
}
