import { enableAll, startWorkers } from '../backfill/backfill-run.ts';
import { backfillWorld, CREATORS, rewardIdOf } from '../backfill/backfill-seed.ts';
import type { Bench } from '../bench-row.ts';

const PROCESSES = [1, 2, 3];
const SOME = Array.from({ length: 4 }, (_, index) => rewardIdOf(index));

export const backfillWorkers: Bench = {
  name: 'backfill-workers',
  work: 'four rewards enabled for 1 M creators by two processes of one worker each, against one; three beside',
  ratioToReach: 0.75,
  quickScale: 1 / 200,
  running: {},
  run: async (context) => {
    const creators = context.scale(CREATORS);
    const rows = creators * SOME.length;
    const world = await backfillWorld(context, creators);
    const seconds: number[] = [];
    for (const processes of PROCESSES) {
      const took = await world.onCopy(async (copy) => {
        const one = { LAUREL_BACKFILL_WORKERS: '1' };
        const serving = await startWorkers(copy, Array(processes).fill(one));
        return enableAll(context, copy, { url: serving.url, rewards: SOME });
      });
      context.report(`  ${processes} workers: ${took.toFixed(2)} s, ${Math.round(rows / took)} rows a second`);
      seconds.push(took);
    }
    const [one = Number.NaN, two = Number.NaN] = seconds;
    return { rows, seconds: two, limitSeconds: one, peakMb: null };
  },
};
