import type { Bench } from '../bench-row.ts';
import { SalesWorld } from '../sales/sales-world.ts';
import { INGESTION_ALONE } from './ingest.ts';

const FILES = 5;

export const growthIngest: Bench = {
  name: 'growth-ingest',
  work: 'the fifth million new videos of one client against its first, files of the same size',
  ratioToReach: 1.25,
  running: INGESTION_ALONE,
  prepare: async (context, runs) => (await SalesWorld.of(context)).prepare(runs),
  run: async (context) => {
    const world = await SalesWorld.of(context);
    const brand = world.take();
    const uploads = [];
    for (let file = 0; file < FILES; file += 1) {
      const written = await world.write({ first: file * world.rows, risen: () => 0 });
      uploads.push(await world.upload(brand, written, (syncId) => brand.untilBooked(syncId)));
      context.report(`  million ${file + 1}: ${uploads.at(-1)?.seconds.toFixed(2)} s`);
    }
    const [first, last] = [uploads.at(0), uploads.at(-1)];
    if (first === undefined || last === undefined) throw new Error('nothing was uploaded');
    return { rows: world.rows, seconds: last.seconds, limitSeconds: first.seconds, peakMb: last.peakMb };
  },
};
