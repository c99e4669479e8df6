import { enableAll, startWorkers } from '../backfill/backfill-run.ts';
import { backfillWorld, CREATORS, rewardIdOf, REWARDS } from '../backfill/backfill-seed.ts';
import type { Bench } from '../bench-row.ts';
import { partitionMegabytes } from '../redemption/grant-seed.ts';

const QUARTERS = 4;

export const growthBackfill: Bench = {
  name: 'growth-backfill',
  work: 'the fourth five million redemptions of a client against its first',
  ratioToReach: 1.15,
  quickScale: 1 / 200,
  running: {},
  run: async (context) => {
    const creators = context.scale(CREATORS);
    const world = await backfillWorld(context, creators);
    return world.onCopy(async (copy) => {
      const serving = await startWorkers(copy, [{}]);
      const seconds: number[] = [];
      const each = REWARDS / QUARTERS;
      for (let quarter = 0; quarter < QUARTERS; quarter += 1) {
        const rewards = Array.from({ length: each }, (_, index) => rewardIdOf(quarter * each + index));
        seconds.push(await enableAll(context, copy, { url: serving.url, rewards }));
        const size = (await partitionMegabytes(copy.pool)).toFixed(0);
        context.report(`  quarter ${quarter + 1}: ${seconds.at(-1)?.toFixed(2)} s, ${size} MB by then`);
      }
      const [first, last] = [seconds.at(0), seconds.at(-1)];
      if (first === undefined || last === undefined) throw new Error('nothing was backfilled');
      return { rows: creators * each, seconds: last, limitSeconds: first, peakMb: null };
    });
  },
};
