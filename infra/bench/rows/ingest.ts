import type { Bench } from '../bench-row.ts';
import { SalesWorld, type SentFile } from '../sales/sales-world.ts';

const RATIOS = { new: 1.6, same: 2.2, mixed: 2.2, all: 2.2 } as const;
const CHANGED = { same: 'nothing', mixed: '5 %', all: 'everything' } as const;
const MEMORY_MB = 300;
/** The limit neither publishes nor consumes: here nobody does. `settle` has everything run. */
export const INGESTION_ALONE = { gateway: 'http', ingestion: 'http,consumers,reconcilers' };

const ALL_NEW: SentFile = { first: 0, risen: () => 0 };

export const ingestNew: Bench = {
  name: 'ingest-new',
  work: '1 M-row CSV of 100,000 creators over HTTP, all new, until its events are in the outbox',
  ratioToReach: RATIOS.new,
  memoryToReachMb: MEMORY_MB,
  running: INGESTION_ALONE,
  prepare: async (context, runs) => (await SalesWorld.of(context)).prepare(runs),
  run: async (context) => {
    const world = await SalesWorld.of(context);
    return world.measure(world.take(), ALL_NEW);
  },
};

/** How often each video has risen, after `files` files of a kind: the kinds go over the same brand. */
const files = { mixed: 0, all: 0 };
const risen = (video: number): number => files.all + (video % 20 === 0 ? files.mixed : 0);

function ingestAgain(kind: 'same' | 'mixed' | 'all'): Bench {
  return {
    name: `ingest-${kind}`,
    work: `the same brand’s next file over HTTP, ${CHANGED[kind]} changed, until its events are in the outbox`,
    ratioToReach: RATIOS[kind],
    memoryToReachMb: MEMORY_MB,
    running: INGESTION_ALONE,
    prepare: async (context) => (await SalesWorld.of(context)).prepare(1),
    run: async (context) => {
      const world = await SalesWorld.of(context);
      const brand = await world.loaded();
      if (kind !== 'same') files[kind] += 1;
      return world.measure(brand, { first: 0, risen });
    },
  };
}

export const ingestAgainBenches: readonly Bench[] = [ingestAgain('same'), ingestAgain('mixed'), ingestAgain('all')];

export const settle: Bench = {
  name: 'settle',
  work: 'ingest-new, until every event is applied downstream, against ingest-new with nobody downstream',
  ratioToReach: 2.5,
  prepare: async (context, runs) => (await SalesWorld.of(context)).prepare(2 * runs),
  run: async (context) => {
    const world = await SalesWorld.of(context);
    const file = await world.write(ALL_NEW);
    await context.stack.run(INGESTION_ALONE);
    const alone = await world.upload(world.take(), file);
    await context.stack.run();
    await context.stack.untilSettled();
    const brand = world.take();
    const { seconds, peakMb } = await world.upload(brand, file, (syncId) => brand.untilSettled(syncId));
    world.discard(file);
    return { rows: file.rows, seconds, limitSeconds: alone.seconds, peakMb };
  },
};
