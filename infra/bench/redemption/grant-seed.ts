import type pg from 'pg';
import { CLIENT_ID, creatorIdOf, seedCreators } from '../tier/tier-seed.ts';

export const PARTITION = `redemption.redemption_${CLIENT_ID.replaceAll('-', '')}`;

/** Redemptions with their indexes. */
export async function partitionMegabytes(client: pg.ClientBase | pg.Pool): Promise<number> {
  const { rows } = await client.query<{ size: string }>(`SELECT pg_total_relation_size('${PARTITION}') AS size`);
  return Number(rows[0]?.size) / 2 ** 20;
}

/** The same ids in every run. */
export function rewardIdOf(tier: number, index: number): string {
  return `0192bbbb-0000-7000-8000-0000000${tier}${String(index).padStart(4, '0')}`;
}

/** A client with its partition, creators of one tier and enabled rewards of some; nobody has a redemption yet. */
export async function seedClient(
  client: pg.ClientBase,
  { creators, tier, rewards }: { creators: number; tier: number; rewards: readonly { tier: number; count: number }[] },
): Promise<void> {
  await client.query('INSERT INTO redemption.tenant (client_id) VALUES ($1)', [CLIENT_ID]);
  await client.query(`SELECT redemption.ensure_list_partition('redemption', $1)`, [CLIENT_ID]);
  await client.query(
    `INSERT INTO redemption.program VALUES ($1, 1, 'USD', 'America/New_York', 20, '{1000,1100,1200,1300}')`,
    [CLIENT_ID],
  );
  await client.query(`INSERT INTO redemption.programme_date VALUES ($1, '2026-03-25')`, [CLIENT_ID]);
  const offered = rewards.flatMap(({ tier: of, count }) =>
    Array.from({ length: count }, (_, index) => ({ tier: of, index })),
  );
  for (const reward of offered) {
    await client.query(
      `INSERT INTO redemption.reward (client_id, id, type, name, tier, source, value, frequency, quantity, enabled)
       VALUES ($1, $2, 'spark_ads', 'Reward', $3, 'vip_tier', '{"amount":{"amount":"25.00","currency":"USD"}}', $4, 1, true)`,
      [CLIENT_ID, rewardIdOf(reward.tier, reward.index), reward.tier, reward.index % 2 === 0 ? 'monthly' : 'one_time'],
    );
  }
  await seedCreators(client, creators);
  await client.query(
    `INSERT INTO redemption.creator_tier SELECT $1, creator_id, $2, 1 FROM bench_creator ORDER BY creator_id`,
    [CLIENT_ID, tier],
  );
  await client.query(
    `INSERT INTO redemption.consumer_version (consumer, client_id, subject, version)
     SELECT 'redemption.apply-tier-changes', $1, creator_id::text, 1 FROM bench_creator`,
    [CLIENT_ID],
  );
  await client.query('VACUUM (ANALYZE) redemption.creator_tier, redemption.consumer_version, redemption.reward');
}

/** The open row of every creator and every reward of the tier, in the order of a backfill. */
export async function seedOpenRows(client: pg.ClientBase, tier: number): Promise<void> {
  await client.query(
    `INSERT INTO redemption.redemption (client_id, reward_id, creator_id, tier_at_grant, tier_version_at_grant)
     SELECT $1, r.id, c.creator_id, $2, 1 FROM redemption.reward r CROSS JOIN bench_creator c
     WHERE r.client_id = $1 AND r.tier = $2 ORDER BY r.id, c.creator_id`,
    [CLIENT_ID, tier],
  );
  await client.query(`VACUUM (ANALYZE) ${PARTITION}`);
}

const ASKING_TIER = 1;
/** What is claimed beside the work that is measured. */
export const ASKED_REWARD = rewardIdOf(ASKING_TIER, 0);

/** Creators of a tier of their own, numbered from `first`, to whom nothing is done but what they ask for. */
export async function seedAsking(client: pg.ClientBase, first: number, count: number): Promise<void> {
  const creators = Array.from({ length: count }, (_, index) => creatorIdOf(first + index));
  await client.query(
    `INSERT INTO redemption.reward (client_id, id, type, name, tier, source, value, frequency, quantity, enabled)
     VALUES ($1, $2, 'gift_card', 'A card', $3, 'vip_tier', '{"amount":{"amount":"25.00","currency":"USD"}}', 'monthly', 1, true)`,
    [CLIENT_ID, ASKED_REWARD, ASKING_TIER],
  );
  await client.query(
    'INSERT INTO redemption.creator_tier SELECT $1, creator_id, $2, 1 FROM unnest($3::uuid[]) AS creator_id',
    [CLIENT_ID, ASKING_TIER, creators],
  );
  await client.query(
    `INSERT INTO redemption.redemption (client_id, reward_id, creator_id, tier_at_grant, tier_version_at_grant)
     SELECT $1, $2, creator_id, $3, 1 FROM unnest($4::uuid[]) AS creator_id`,
    [CLIENT_ID, ASKED_REWARD, ASKING_TIER, creators],
  );
  await client.query(`VACUUM (ANALYZE) redemption.creator_tier, redemption.reward, ${PARTITION}`);
}
