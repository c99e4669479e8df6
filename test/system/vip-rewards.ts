import { sql } from '#libs/persistence';
import type { Programme } from './programme.ts';
import type { RunningLaurel } from './running-laurel.ts';

interface RewardView {
  readonly id: string;
  readonly tier: number;
  readonly type: string;
}

const VALUES = [
  { type: 'gift_card', value: { amount: { amount: '25.00', currency: 'USD' } }, frequency: 'monthly', quantity: 1 },
  { type: 'commission_boost', value: { rateBps: 1250, durationDays: 30 }, frequency: 'unlimited' },
  { type: 'spark_ads', value: { amount: { amount: '100.00', currency: 'USD' } }, frequency: 'one_time', quantity: 1 },
  { type: 'experience', value: { displayText: 'Studio day' }, frequency: 'one_time', quantity: 1 },
] as const;

/** Four VIP rewards for each of the tiers. */
export async function createVipRewards(programme: Programme, tiers: readonly number[]): Promise<RewardView[]> {
  const rewards: RewardView[] = [];
  for (const tier of tiers) {
    for (const offer of VALUES) {
      const body = { ...offer, name: `${offer.type} of tier ${tier}`, tier, source: 'vip_tier' };
      rewards.push(await programme.admin.post<RewardView>('/v1/rewards', body));
    }
  }
  return rewards;
}

export async function enable(programme: Programme, rewards: readonly RewardView[]): Promise<void> {
  for (const reward of rewards) await programme.admin.post(`/v1/rewards/${reward.id}/enable`);
}

/**
 * Every (creator, enabled VIP reward) against the eager rule, read from the tables in one statement of its own: exactly
 * one open row for the creator's tier unless a one-time right is used up, and none visible of another tier. The rights
 * are those of `VALUES`: weekly, monthly and unlimited ones are never used up; `experience` is used up for good by a
 * claim, `spark_ads` by a claim under the present tier version. A creator who is erased has no right at all.
 */
export async function eagerRuleViolations(laurel: RunningLaurel, clientId: string): Promise<object[]> {
  return laurel.database.asAdmin((tx) =>
    tx.many(sql`
      WITH standing AS (
        SELECT creator_id, tier, tier_version FROM tier_evaluation.standing WHERE client_id = ${clientId}
      ), open AS (
        SELECT s.creator_id, w.id AS reward_id, w.tier = s.tier AS of_tier,
               count(r.id) FILTER (WHERE r.status = 'claimable' AND r.hidden_reason IS NULL) AS visible,
               bool_or(x.erasure_id IS NOT NULL OR c.redemption_id IS NOT NULL AND w.frequency = 'one_time'
                       AND (w.type = 'experience' OR c.tier_version = s.tier_version)) AS used_up
        FROM standing s
        LEFT JOIN redemption.creator_erasure x
          ON x.client_id = ${clientId} AND x.creator_id = s.creator_id AND x.stage = 'erased'
        JOIN redemption.reward w ON w.client_id = ${clientId} AND w.enabled AND w.source = 'vip_tier'
        LEFT JOIN redemption.redemption r
          ON r.client_id = ${clientId} AND r.creator_id = s.creator_id AND r.reward_id = w.id
        LEFT JOIN redemption.claim c ON c.client_id = r.client_id AND c.redemption_id = r.id
        GROUP BY s.creator_id, w.id, w.tier, s.tier
      )
      SELECT * FROM open
      WHERE visible <> CASE WHEN of_tier AND NOT coalesce(used_up, false) THEN 1 ELSE 0 END
      LIMIT 20`),
  );
}
