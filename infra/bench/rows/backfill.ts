import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, BenchContext } from '../bench-row.ts';
import { enableAll, startProcesses, watchRelay, type Processes } from '../backfill/backfill-run.ts';
import { backfillWorld, CREATORS, ONE_STATEMENT, rewardIdOf, REWARDS } from '../backfill/backfill-seed.ts';
import { CreatorsLoad, p99, told } from '../backfill/creators-load.ts';
import { peakMbOf, resetPeak } from '../peak-memory.ts';
import { timed } from '../tier/progress.ts';
import type { TierCopy } from '../tier/tier-world.ts';

const ALL = Array.from({ length: REWARDS }, (_, index) => rewardIdOf(index));
const IDLE_SECONDS = 20;
/** Processes that have just started are slow. */
const WARM_SECONDS = 8;

/**
 * Both sides of the ratio have the same requests beside them: they take a part of the processors from either. What the
 * statement takes alone is told too.
 */
export const backfill: Bench = {
  name: 'backfill',
  work: '20 rewards enabled at once for 1 M creators, 20 M rows, until the last certificate, against one INSERT..SELECT; 100 requests a second beside either',
  ratioToReach: 1.5,
  running: {},
  run: async (context) => {
    const creators = context.scale(CREATORS);
    const world = await backfillWorld(context, creators);
    const insertAll = (copy: TierCopy) => timed(() => copy.pool.query(ONE_STATEMENT));
    const aloneSeconds = await world.onCopy(insertAll);
    const limit = await world.onCopy((copy) => withRequestsBeside(context, copy, () => insertAll(copy)));
    const ours = await world.onCopy((copy) =>
      withRequestsBeside(context, copy, (url) => enableAll(context, copy, { url, rewards: ALL })),
    );
    context.report(
      `  backfill: ${ours.seconds.toFixed(2)} s; the one statement ${limit.seconds.toFixed(2)} s with the same requests beside it, ` +
        `${aloneSeconds.toFixed(2)} s alone (ratio to that ${(ours.seconds / aloneSeconds).toFixed(2)})`,
    );
    return { rows: creators * REWARDS, seconds: ours.seconds, limitSeconds: limit.seconds, peakMb: ours.peakMb };
  },
};

type Work = (gatewayUrl: string) => Promise<number>;

interface Beside {
  readonly seconds: number;
  readonly peakMb: number | null;
}

async function withRequestsBeside(context: BenchContext, copy: TierCopy, work: Work): Promise<Beside> {
  const processes = await startProcesses(copy, [{}]);
  const gateway = await copy.startService('gateway', {
    REDEMPTION_URL: processes.serving.url,
    LAUREL_RATE_LIMIT: '1000000',
  });
  const load = await CreatorsLoad.prepare(context.stack, copy, gateway.url);
  try {
    await load.warm(WARM_SECONDS);
    const idle = await during(context.quick ? 5 : IDLE_SECONDS, load);
    context.report(`  requests, idle: ${told(idle)}`);
    return await measured(context, copy, { load, processes, work: () => work(gateway.url) });
  } finally {
    await load.close();
  }
}

async function during(seconds: number, load: CreatorsLoad) {
  let isOver = false;
  const waits = load.run(() => isOver);
  await pause(seconds * 1_000);
  isOver = true;
  return waits;
}

async function measured(
  context: BenchContext,
  copy: TierCopy,
  { load, processes, work }: { load: CreatorsLoad; processes: Processes; work: () => Promise<number> },
): Promise<Beside> {
  const [worker] = processes.working;
  if (worker !== undefined) resetPeak(worker.pid);
  let isDone = false;
  const beside = Promise.all([load.run(() => isDone), watchRelay(copy, () => isDone)]);
  const seconds = await work().finally(() => (isDone = true));
  const [waits, lags] = await beside;
  context.report(
    `  requests, beside it: ${told(waits)} (to reach: 3 times idle); relay lag p99 ${p99(lags).toFixed(0)} ms (to reach: 250 ms)`,
  );
  return { seconds, peakMb: worker === undefined ? null : peakMbOf(worker.pid) };
}
