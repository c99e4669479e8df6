import type pg from 'pg';
import type { Bench } from '../bench-row.ts';
import { rewardIdOf, seedClient } from '../redemption/grant-seed.ts';
import { timed } from '../tier/progress.ts';
import { CLIENT_ID } from '../tier/tier-seed.ts';
import { TierWorld, type TierCopy } from '../tier/tier-world.ts';

const CREATORS = 200_000;
const CREATORS_A_CHUNK = 1_000;
const TIER = 2;
const AT_ONCE = 4;
const CLAIMS = 8_000;
/** The same reward for all, which a counter of its own would make wait for each other. */
const REWARD = rewardIdOf(TIER, 0);

export const rewardCounts: Bench = {
  name: 'reward-counts',
  work: 'rows granted in chunks, then claimed one by one four at once, all of one reward: with the counts and without',
  ratioToReach: 1.3,
  running: {},
  run: async (context) => {
    const creators = context.scale(CREATORS);
    const claims = context.scale(CLAIMS);
    const seed = (client: pg.ClientBase) =>
      seedClient(client, { creators, tier: TIER, rewards: [{ tier: TIER, count: 1 }] });
    const world = await TierWorld.seeded(context, 'bench_reward_counts', seed, 'redemption');
    const [without, withCounts] = [await measure(world, claims, false), await measure(world, claims, true)];
    const rate = (rows: number, seconds: number) => `${Math.round(rows / seconds).toLocaleString('en')}/s`;
    context.report(
      `  granted ${rate(creators, withCounts.grants)} with, ${rate(creators, without.grants)} without; ` +
        `claimed ${rate(claims, withCounts.claims)} with, ${rate(claims, without.claims)} without`,
    );
    return {
      rows: creators + claims,
      seconds: withCounts.grants + withCounts.claims,
      limitSeconds: without.grants + without.claims,
      peakMb: null,
    };
  },
};

function measure(world: TierWorld, claims: number, counting: boolean): Promise<{ grants: number; claims: number }> {
  return world.onCopy(async (copy) => {
    const toggle = `ALTER TABLE redemption.redemption ${counting ? 'ENABLE' : 'DISABLE'} TRIGGER USER`;
    await copy.withClient(async (client) => {
      await client.query(toggle);
      await client.query('CHECKPOINT');
    });
    const grants = await timed(() => copy.withClient(grantAll));
    return { grants, claims: await timed(() => claimSome(copy, claims)) };
  });
}

async function grantAll(client: pg.ClientBase): Promise<void> {
  for (let cursor: string | null = '00000000-0000-0000-0000-000000000000'; cursor !== null;) {
    const { rows }: pg.QueryResult<{ last: string | null }> = await client.query(
      `WITH met AS MATERIALIZED (
         SELECT creator_id FROM redemption.creator_tier
         WHERE client_id = $1 AND tier = ${TIER} AND creator_id > $2 ORDER BY creator_id LIMIT ${CREATORS_A_CHUNK}),
       created AS (
         INSERT INTO redemption.redemption (client_id, reward_id, creator_id, tier_at_grant, tier_version_at_grant)
         SELECT $1, $3, creator_id, ${TIER}, 1 FROM met ORDER BY creator_id)
       SELECT (SELECT creator_id FROM met ORDER BY creator_id DESC LIMIT 1) AS last`,
      [CLIENT_ID, cursor, REWARD],
    );
    cursor = rows[0]?.last ?? null;
  }
}

/** Each turns the creator's row and makes the next one, in a transaction. */
async function claimSome(copy: TierCopy, claims: number): Promise<void> {
  const { rows } = await copy.pool.query<{ creator_id: string }>(
    'SELECT creator_id FROM bench_creator ORDER BY n LIMIT $1',
    [claims],
  );
  await Promise.all(
    Array.from({ length: AT_ONCE }, () =>
      copy.withClient(async (client) => {
        for (let next = rows.pop(); next !== undefined; next = rows.pop()) await claim(client, next.creator_id);
      }),
    ),
  );
}

async function claim(client: pg.ClientBase, creatorId: string): Promise<void> {
  await client.query('BEGIN');
  await client.query(
    `UPDATE redemption.redemption SET status = 'claimed'
     WHERE client_id = $1 AND reward_id = $2 AND creator_id = $3 AND status = 'claimable'`,
    [CLIENT_ID, REWARD, creatorId],
  );
  await client.query(
    `INSERT INTO redemption.redemption (client_id, reward_id, creator_id, tier_at_grant, tier_version_at_grant)
     VALUES ($1, $2, $3, ${TIER}, 1)`,
    [CLIENT_ID, REWARD, creatorId],
  );
  await client.query('COMMIT');
}
