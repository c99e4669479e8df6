import { enableAll } from '../backfill/backfill-run.ts';
import {
  backfillWorld,
  CLAIMED_REWARD,
  CREATORS,
  ONE_STATEMENT,
  rewardIdOf,
  REWARDS,
} from '../backfill/backfill-seed.ts';
import type { Bench } from '../bench-row.ts';
import { peakMbOf, resetPeak } from '../peak-memory.ts';
import { startServing, withRequestsBeside } from '../redemption/requests-beside.ts';
import { timed } from '../tier/progress.ts';
import type { TierCopy } from '../tier/tier-world.ts';

const ALL = Array.from({ length: REWARDS }, (_, index) => rewardIdOf(index));

/** What the statement takes with nothing beside it is told, too. */
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
    const limitSeconds = await world.onCopy(async (copy) => {
      const serving = await startServing(copy);
      return withRequestsBeside(context, copy, { serving, rewardId: CLAIMED_REWARD }, () => insertAll(copy));
    });
    const ours = await world.onCopy(async (copy) => {
      const serving = await startServing(copy);
      const worker = await copy.start('reconcilers');
      return withRequestsBeside(context, copy, { serving, rewardId: CLAIMED_REWARD }, async (url) => {
        resetPeak(worker.pid);
        const seconds = await enableAll(context, copy, { url, rewards: ALL });
        return { seconds, peakMb: peakMbOf(worker.pid) };
      });
    });
    context.report(
      `  backfill: ${ours.seconds.toFixed(2)} s; the one statement ${limitSeconds.toFixed(2)} s with the same requests beside it, ` +
        `${aloneSeconds.toFixed(2)} s alone (ratio to that ${(ours.seconds / aloneSeconds).toFixed(2)})`,
    );
    return { rows: creators * REWARDS, limitSeconds, ...ours };
  },
};
