import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, BenchContext, Sample } from '../bench-row.ts';
import { enableAll, startProcesses, watchRelay } from '../backfill/backfill-run.ts';
import { backfillWorld, CREATORS, ONE_STATEMENT, rewardIdOf, REWARDS } from '../backfill/backfill-seed.ts';
import { CreatorsLoad, p99 } from '../backfill/creators-load.ts';
import { peakMbOf, resetPeak } from '../peak-memory.ts';
import { timed } from '../tier/progress.ts';
import type { TierCopy } from '../tier/tier-world.ts';

const ALL = Array.from({ length: REWARDS }, (_, index) => rewardIdOf(index));
const IDLE_SECONDS = 20;
/** Processes that have just started are slow. */
const WARM_SECONDS = 8;

export const backfill: Bench = {
  name: 'backfill',
  work: '20 rewards enabled at once for 1 M creators, 20 M rows, with 100 requests a second beside, until the last certificate; against one INSERT..SELECT',
  ratioToReach: 1.5,
  running: {},
  run: async (context) => {
    const creators = context.scale(CREATORS);
    const world = await backfillWorld(context, creators);
    const limitSeconds = await world.onCopy((copy) => timed(() => copy.pool.query(ONE_STATEMENT)));
    const { seconds, peakMb } = await world.onCopy((copy) => withRequestsBeside(context, copy));
    return { rows: creators * REWARDS, seconds, limitSeconds, peakMb };
  },
};

async function withRequestsBeside(context: BenchContext, copy: TierCopy): Promise<Pick<Sample, 'seconds' | 'peakMb'>> {
  const { serving, working } = await startProcesses(copy, [{}]);
  const gateway = await copy.startService('gateway', { REDEMPTION_URL: serving.url, LAUREL_RATE_LIMIT: '1000000' });
  const load = await CreatorsLoad.prepare(context.stack, copy, gateway.url);
  try {
    let isWarm = false;
    const warming = load.run(() => isWarm);
    await pause(WARM_SECONDS * 1_000);
    isWarm = true;
    await warming;
    let isOver = false;
    const idle = load.run(() => isOver);
    await pause((context.quick ? 5 : IDLE_SECONDS) * 1_000);
    isOver = true;
    const idleP99 = p99(await idle);
    const [worker] = working;
    if (worker !== undefined) resetPeak(worker.pid);
    let isDone = false;
    const beside = Promise.all([load.run(() => isDone), watchRelay(copy, () => isDone)]);
    const seconds = await enableAll(context, copy, { url: gateway.url, rewards: ALL }).finally(() => (isDone = true));
    const [waits, lags] = await beside;
    context.report(
      `  backfill: requests p99 ${idleP99.toFixed(1)} ms idle, ${p99(waits).toFixed(1)} ms beside it (to reach: 3 times); ` +
        `relay lag p99 ${p99(lags).toFixed(0)} ms (to reach: 250 ms)`,
    );
    return { seconds, peakMb: worker === undefined ? null : peakMbOf(worker.pid) };
  } finally {
    await load.close();
  }
}
