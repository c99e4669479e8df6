import type pg from 'pg';
import type { Bench } from '../bench-row.ts';
import { median } from '../outcome.ts';
import { partitionMegabytes, rewardIdOf, seedClient, seedOpenRows } from '../redemption/grant-seed.ts';
import { timed } from '../tier/progress.ts';
import { CLIENT_ID } from '../tier/tier-seed.ts';
import { TierWorld } from '../tier/tier-world.ts';

const ROWS = 4_000_000;
const REWARDS = 4;
const TIER = 2;
const TIMES = 10;
const CREATORS_A_CHUNK = 1_000;
/** What table and indexes may grow to. */
const MOST_GROWTH = 1.5;

/** Fails where table and indexes have grown too much; the ratio is what they have become slower by. */
export const vacuum: Bench = {
  name: 'vacuum',
  work: 'hiding 4 M rows and bringing them back, all of a table, the last three of ten times against the first three',
  ratioToReach: 1.5,
  quickScale: 1 / 200,
  running: {},
  run: async (context) => {
    const creators = Math.ceil(context.scale(ROWS) / REWARDS);
    const seed = (client: pg.ClientBase) =>
      seedClient(client, { creators, tier: TIER, rewards: [{ tier: TIER, count: REWARDS }] });
    const world = await TierWorld.seeded(context, 'bench_vacuum', seed, 'redemption');
    return world.onCopy((copy) =>
      copy.withClient(async (client) => {
        await seedOpenRows(client, TIER);
        const before = await partitionMegabytes(client);
        const seconds: number[] = [];
        for (let time = 1; time <= TIMES; time += 1) {
          seconds.push(
            await timed(async () => {
              await setReason(client, `'reward_disabled'`);
              await setReason(client, 'NULL');
            }),
          );
          const now = await partitionMegabytes(client);
          context.report(
            `  vacuum ${time}: ${now.toFixed(0)} MB after ${seconds.at(-1)?.toFixed(1)} s, ${(now / before).toFixed(2)} of ${before.toFixed(0)} MB`,
          );
          if (now > before * MOST_GROWTH) throw new Error(`grown to ${(now / before).toFixed(2)}`);
        }
        return {
          rows: creators * REWARDS * 2,
          seconds: median(seconds.slice(-3)),
          limitSeconds: median(seconds.slice(0, 3)),
          peakMb: null,
        };
      }),
    );
  },
};

/** In the chunks and in the order of a backfill, each a transaction. */
async function setReason(client: pg.ClientBase, reason: string): Promise<void> {
  for (let index = 0; index < REWARDS; index += 1) {
    for (let cursor: string | null = '00000000-0000-0000-0000-000000000000'; cursor !== null;) {
      const { rows }: pg.QueryResult<{ last: string | null }> = await client.query(
        `WITH met AS MATERIALIZED (
           SELECT creator_id FROM redemption.creator_tier
           WHERE client_id = $1 AND tier = ${TIER} AND creator_id > $2 ORDER BY creator_id LIMIT ${CREATORS_A_CHUNK}),
         changed AS (
           UPDATE redemption.redemption d SET hidden_reason = ${reason} FROM met
           WHERE d.client_id = $1 AND d.reward_id = $3 AND d.creator_id = met.creator_id AND d.status = 'claimable')
         SELECT (SELECT creator_id FROM met ORDER BY creator_id DESC LIMIT 1) AS last`,
        [CLIENT_ID, cursor, rewardIdOf(TIER, index)],
      );
      cursor = rows[0]?.last ?? null;
    }
  }
}
