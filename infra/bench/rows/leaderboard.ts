import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Bench, BenchContext } from '../bench-row.ts';
import { timed } from '../tier/progress.ts';
import { CLIENT_ID, creatorIdOf, ensureLedgerMonths, seedProgramAndCreators } from '../tier/tier-seed.ts';
import { TierWorld } from '../tier/tier-world.ts';

const CREATORS = 1_000_000;
const QUESTIONS = 400;
/** What each may take. */
const LIMIT_MS = 20;
const DAY = '2025-01-10';

interface Place {
  readonly rank: number;
}

interface Answer {
  readonly data: readonly Place[];
  readonly nextCursor: string | null;
}

export const leaderboard: Bench = {
  name: 'leaderboard',
  work: 'a page of the leaderboard and a creator’s own rank over HTTP at 1 M creators, against 20 ms each',
  ratioToReach: 1,
  running: {},
  run: async (context) => {
    const creators = context.scale(CREATORS);
    const world = await TierWorld.seeded(context, 'bench_leaderboard', (client) => seedBoard(client, creators));
    return world.onCopy(async (copy) => {
      const { url } = await copy.start('http,reconcilers');
      const ask = await asking(context, `${url}/v1/leaderboard`);
      const making = await timed(async () => {
        while ((await ask('?limit=1')).data.length === 0) await pause(100);
      });
      context.report(`  leaderboard: made in ${making.toFixed(1)} s`);
      await copy.pool.query('VACUUM (ANALYZE) tier_evaluation.leaderboard_place');
      const seconds = await timed(() => questions(ask, creators));
      context.report(`  leaderboard: ${((seconds / QUESTIONS) * 1_000).toFixed(1)} ms each`);
      return { rows: QUESTIONS, seconds, limitSeconds: (QUESTIONS * LIMIT_MS) / 1_000, peakMb: null };
    });
  },
};

type Ask = (query: string) => Promise<Answer>;

async function asking({ stack }: BenchContext, url: string): Promise<Ask> {
  const authorization = `Bearer ${await stack.token({ role: 'admin', clientId: CLIENT_ID })}`;
  return async (query) => {
    const answer = await fetch(url + query, { headers: { authorization } });
    if (answer.status !== 200) throw new Error(`the leaderboard answered ${answer.status}`);
    return (await answer.json()) as Answer;
  };
}

/** In turn: the rank of a creator anywhere on the board, and the next page of a walk down from the top. */
async function questions(ask: Ask, creators: number): Promise<void> {
  let cursor: string | null = null;
  for (let asked = 0; asked < QUESTIONS; asked += 2) {
    const creator = creatorIdOf((asked * 7_919) % creators);
    const own = await ask(`?creatorId=${creator}`);
    if (own.data[0] === undefined) throw new Error(`${creator} has no place`);
    ({ nextCursor: cursor } = await ask(`?limit=50${cursor === null ? '' : `&cursor=${cursor}`}`));
  }
}

/** One sync has moved everybody: a third to the same value, the others to half a million different ones. */
async function seedBoard(client: pg.ClientBase, creators: number): Promise<void> {
  await seedProgramAndCreators(client, creators);
  await ensureLedgerMonths(client, DAY, '2025-03-10');
  await client.query(
    `INSERT INTO tier_evaluation.standing
       (client_id, creator_id, lane, tier, tier_version, onboarded_on, reached_on, window_number, window_months, opening, base,
        lifetime, booked_through, sync_sequence, program_version, checkpoint_count, adjustment_count, decision_count)
     SELECT $1, creator_id, lane, 1, 0, $2, $2, 0, 0, 0, 0, 0, $2, 1, 1, 0, 0, 0 FROM bench_creator ORDER BY n`,
    [CLIENT_ID, DAY],
  );
  await client.query(
    `INSERT INTO tier_evaluation.day_entry
     SELECT $1, creator_id, $2, $2, 1, 0, CASE WHEN n % 3 = 0 THEN 1000 ELSE n::bigint * 7919 % 500009 END
     FROM bench_creator ORDER BY n`,
    [CLIENT_ID, DAY],
  );
  await client.query(
    `INSERT INTO tier_evaluation.completed_sync (client_id, sequence, sync_id, business_date, expected, file_sha256)
     VALUES ($1, 1, gen_random_uuid(), $2, 0, '')`,
    [CLIENT_ID, DAY],
  );
  await client.query(
    `INSERT INTO tier_evaluation.watermark (client_id, completed_sequence, sequence, business_date, applied_sequence)
     VALUES ($1, 1, 1, $2, 1)`,
    [CLIENT_ID, DAY],
  );
  await client.query('VACUUM (ANALYZE) tier_evaluation.standing, tier_evaluation.day_entry');
}
