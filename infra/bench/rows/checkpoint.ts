import type { Bench, BenchContext } from '../bench-row.ts';
import { median } from '../outcome.ts';
import { dueCreators, reviewAll, sumAndInsert } from '../tier/checkpoint-run.ts';

const CREATORS = 1_000_000;
const FEWER = 100_000;
/** A run of few takes seconds, of which a moment of something else is a tenth. */
const RUNS_OF_FEWER = 3;

export const checkpoint: Bench = {
  name: 'checkpoint',
  work: '1 M creators due at once, decided, written, evented, against the window sums and the insert of the rows',
  ratioToReach: 3,
  running: {},
  run: async (context) => {
    const creators = context.scale(CREATORS);
    const world = await dueCreators(context, creators);
    const limitSeconds = await world.onCopy(sumAndInsert);
    const { seconds, peakMb } = await world.onCopy((copy) => reviewAll(context, copy));
    return { rows: creators, seconds, limitSeconds, peakMb };
  },
};

export const growthCheckpoint: Bench = {
  name: 'growth-checkpoint',
  work: 'a checkpoint run of 1 M creators against one of 100,000, per creator',
  ratioToReach: 1.25,
  running: {},
  run: async (context) => {
    const [many, few] = [context.scale(CREATORS), context.scale(FEWER)];
    const fewSeconds = median(await secondsOf(context, few, RUNS_OF_FEWER));
    const manySeconds = median(await secondsOf(context, many, 1));
    return { rows: many, seconds: manySeconds, limitSeconds: (fewSeconds * many) / few, peakMb: null };
  },
};

async function secondsOf(context: BenchContext, creators: number, runs: number): Promise<number[]> {
  const world = await dueCreators(context, creators);
  const measured: number[] = [];
  while (measured.length < runs) measured.push((await world.onCopy((copy) => reviewAll(context, copy))).seconds);
  return measured;
}
