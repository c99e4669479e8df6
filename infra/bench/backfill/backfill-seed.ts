import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { BenchContext } from '../bench-row.ts';
import { CLIENT_ID, creatorIdOf } from '../tier/tier-seed.ts';
import { TierWorld } from '../tier/tier-world.ts';

/** As the design load has it: a million creators, twenty rewards. */
export const CREATORS = 1_000_000;
export const REWARDS = 20;
/** Creators who ask and claim meanwhile, everywhere among the others. */
export const ASKING = 10_000;

const ROWS_A_CHUNK = 5_000;
const TIER = 2;

export function rewardIdOf(index: number): string {
  return `01920000-0000-7000-8000-${(0xbac0000 + index).toString(16).padStart(12, '0')}`;
}

/** What creators claim meanwhile: a reward that was enabled long ago, of the same tier. */
export const CLAIMED_REWARD = rewardIdOf(999);

/** One client, all its creators in one tier, twenty disabled rewards of it; in a database of redemption's own. */
export function backfillWorld(context: BenchContext, creators: number): Promise<TierWorld> {
  return TierWorld.seeded(context, `bench_backfill_${creators}`, (client) => seed(client, creators), 'redemption');
}

async function seed(client: pg.ClientBase, creators: number): Promise<void> {
  await client.query('INSERT INTO redemption.tenant (client_id) VALUES ($1)', [CLIENT_ID]);
  await client.query(`SELECT redemption.ensure_list_partition('redemption', $1::uuid)`, [CLIENT_ID]);
  await client.query(`INSERT INTO redemption.programme_date VALUES ($1, '2026-03-25')`, [CLIENT_ID]);
  await client.query(
    `INSERT INTO redemption.program (client_id, version, currency, timezone, clearing_days, commission_rates_bps)
     VALUES ($1, 1, 'USD', 'America/New_York', 20, '{1000,1200,1400,1600}')`,
    [CLIENT_ID],
  );
  await copyCreators(client, creators);
  const rewards = [...Array.from({ length: REWARDS }, (_, index) => rewardIdOf(index)), CLAIMED_REWARD];
  await client.query(
    `INSERT INTO redemption.reward (client_id, id, type, name, tier, source, value, frequency, quantity, enabled)
     SELECT $1, id, 'gift_card', 'A card', ${TIER}, 'vip_tier', '{"amount":{"amount":"25.00","currency":"USD"}}', 'monthly', 1, id = $3
     FROM unnest($2::uuid[]) AS id`,
    [CLIENT_ID, rewards, CLAIMED_REWARD],
  );
  await client.query(
    `INSERT INTO redemption.redemption (client_id, reward_id, creator_id, tier_at_grant, tier_version_at_grant)
     SELECT $1, $2, creator_id, ${TIER}, 1 FROM unnest($3::uuid[]) AS creator_id ORDER BY creator_id`,
    [CLIENT_ID, CLAIMED_REWARD, askingCreators(creators)],
  );
  await client.query('VACUUM (ANALYZE) redemption.creator_tier, redemption.reward, redemption.redemption');
}

export function askingCreators(creators: number): string[] {
  const asking = Math.min(ASKING, creators);
  return Array.from({ length: asking }, (_, index) => creatorIdOf(Math.floor((index * creators) / asking)));
}

async function copyCreators(client: pg.ClientBase, creators: number): Promise<void> {
  const copy = client.query(
    copyFrom('COPY redemption.creator_tier (client_id, creator_id, tier, tier_version) FROM STDIN'),
  );
  for (let from = 0; from < creators; from += ROWS_A_CHUNK) {
    const lines: string[] = [];
    for (let n = from; n < Math.min(creators, from + ROWS_A_CHUNK); n += 1) {
      lines.push(`${CLIENT_ID}\t${creatorIdOf(n)}\t${TIER}\t1\n`);
    }
    if (!copy.write(lines.join(''))) await once(copy, 'drain');
  }
  copy.end();
  await finished(copy);
}

/** The barest way: one statement, in the order of the rewards and their creators. @returns its seconds */
export const ONE_STATEMENT = `
  INSERT INTO redemption.redemption (client_id, reward_id, creator_id, tier_at_grant, tier_version_at_grant)
  SELECT '${CLIENT_ID}', r.id, c.creator_id, ${TIER}, c.tier_version
  FROM (SELECT id FROM redemption.reward WHERE NOT enabled ORDER BY id) AS r
  CROSS JOIN LATERAL (
    SELECT creator_id, tier_version FROM redemption.creator_tier
    WHERE client_id = '${CLIENT_ID}' AND tier = ${TIER} ORDER BY creator_id OFFSET 0) AS c`;
