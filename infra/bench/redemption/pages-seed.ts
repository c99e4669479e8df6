import type pg from 'pg';
import { CLIENT_ID } from '../tier/tier-seed.ts';
import { PARTITION, rewardIdOf, seedClient } from './grant-seed.ts';

const REWARDS_A_TIER = 5;
export const TIERS = [1, 2, 3, 4];

/** Rewards with a shape of their own, all of tier 4. */
export const SPECIAL = {
  fewHidden: rewardIdOf(4, 1),
  fewOpen: rewardIdOf(4, 2),
  disabled: rewardIdOf(4, 3),
  plain: rewardIdOf(1, 0),
};

/**
 * Twenty rewards, a row of each for every creator: creators have been in all tiers, so three of four rows are hidden; one
 * in twenty was claimed. The rows of a reward lie in the order of its backfill.
 */
export async function seedPages(
  client: pg.ClientBase,
  creators: number,
  report: (line: string) => void,
): Promise<void> {
  await seedClient(client, { creators, tier: 1, rewards: TIERS.map((tier) => ({ tier, count: REWARDS_A_TIER })) });
  await client.query('CREATE INDEX ON bench_creator (creator_id)');
  for (const tier of TIERS) {
    for (let index = 0; index < REWARDS_A_TIER; index += 1) {
      await client.query(
        `INSERT INTO redemption.redemption (client_id, reward_id, creator_id, status, hidden_reason, tier_at_grant, tier_version_at_grant)
         SELECT $1, $2, creator_id, status, CASE WHEN status = 'claimable' AND ${hiddenIn(tier, index)} THEN 'tier_change_tier_${tier}_to_tier_1' END, ${tier}, 1
         FROM (SELECT n, creator_id, CASE WHEN n % 20 = 7 THEN (ARRAY['claimed', 'fulfilled', 'concluded', 'concluded'])[1 + n / 20 % 4] ELSE 'claimable' END AS status
               FROM bench_creator) AS c ORDER BY creator_id`,
        [CLIENT_ID, rewardIdOf(tier, index)],
      );
      report(
        `  redemption-pages: reward ${(tier - 1) * REWARDS_A_TIER + index + 1} of ${TIERS.length * REWARDS_A_TIER}`,
      );
    }
  }
  await client.query(
    `INSERT INTO redemption.reward_count
     SELECT client_id, reward_id, sum(open), sum(hidden), sum(claimed), sum(fulfilled), sum(concluded), sum(rejected)
     FROM redemption.reward_count_delta GROUP BY 1, 2`,
  );
  await client.query('TRUNCATE redemption.reward_count_delta');
  await client.query(`VACUUM (ANALYZE) ${PARTITION}, redemption.reward_count`);
}

function hiddenIn(tier: number, index: number): string {
  switch (rewardIdOf(tier, index)) {
    case SPECIAL.fewHidden:
      return 'n < 10';
    case SPECIAL.fewOpen:
      return 'n >= 10';
    case SPECIAL.disabled:
      return 'true';
    default:
      return `1 + n % 4 <> ${tier}`;
  }
}
