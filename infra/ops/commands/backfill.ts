import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from '../command.ts';
import { GatewayError } from '../gateway-client.ts';
import { barOf, certificateLines, type WatchedBackfill } from '../progress-bar.ts';

const ASK_EVERY_MS = 500;
const ENDED = new Set(['done', 'cancelled', 'failed']);

/** Shows a job until it ends. A paused one is watched on: somebody may resume it. */
export const backfill: Command = {
  name: 'backfill',
  help: 'Watches a backfill to its end, and prints its certificate.',
  subjects: [
    { name: 'action', values: ['watch'] },
    { name: 'id', meaning: 'of the backfill' },
  ],
  options: {},
  run: async ({ subjects, gateway, print, show }) => {
    const ask = () => gateway.get<WatchedBackfill>(`/v1/ops/backfills/${subjects[1]}`);
    let job = await ask();
    show(barOf(job));
    while (!ENDED.has(job.status)) {
      await delay(ASK_EVERY_MS);
      const next = await unlessAway(ask);
      if (next !== undefined) job = next;
      show(next === undefined ? `${barOf(job)}  nobody answers, asking again` : barOf(job));
    }
    for (const line of certificateLines(job)) print(line);
    return job.status === 'done' ? 0 : 1;
  },
};

/** The job goes on when the service does: whoever watches it must not be the one who gives up. */
async function unlessAway<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof GatewayError && error.isPassing) return undefined;
    throw error;
  }
}
