import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceProcess } from '../../local/service-process.ts';
import type { BenchContext } from '../bench-row.ts';
import type { TierCopy } from '../tier/tier-world.ts';
import { CreatorsLoad, p99, told } from './creators-load.ts';

const IDLE_SECONDS = 20;
/** Processes that have just started are slow. */
const WARM_SECONDS = 8;
const LOOK_MS = 25;

/** What answers and what publishes, in processes of their own, as they would be scaled. */
export async function startServing(copy: TierCopy): Promise<ServiceProcess> {
  await copy.makeTopics();
  const serving = await copy.start('http', { DATABASE_POOL_SIZE: '20' });
  await copy.start('relay');
  return serving;
}

/**
 * Does the work while creators look and claim, a hundred times a second, through a gateway of this copy; tells how long they
 * wait without it and beside it, and how late the relay is meanwhile. Both sides of a ratio are measured so: requests
 * take a part of the processors from either.
 */
export async function withRequestsBeside<T>(
  context: BenchContext,
  copy: TierCopy,
  of: { readonly serving: ServiceProcess; readonly rewardId: string },
  work: (gatewayUrl: string) => Promise<T>,
): Promise<T> {
  const gateway = await copy.startService('gateway', {
    REDEMPTION_URL: of.serving.url,
    LAUREL_RATE_LIMIT: '1000000',
  });
  const load = await CreatorsLoad.prepare(context.stack, copy, { url: gateway.url, rewardId: of.rewardId });
  try {
    await load.warm(WARM_SECONDS);
    context.report(`  requests, idle: ${told(await during(context.quick ? 5 : IDLE_SECONDS, load))}`);
    return await beside(context, copy, load, () => work(gateway.url));
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

async function beside<T>(
  { report }: BenchContext,
  copy: TierCopy,
  load: CreatorsLoad,
  work: () => Promise<T>,
): Promise<T> {
  let isDone = false;
  const meanwhile = Promise.all([load.run(() => isDone), watchRelay(copy, () => isDone)]);
  const result = await work().finally(() => (isDone = true));
  const [waits, lags] = await meanwhile;
  report(
    `  requests, beside it: ${told(waits)} (to reach: 3 times idle); relay lag p99 ${p99(lags).toFixed(0)} ms (to reach: 250 ms)`,
  );
  return result;
}

/** How long the oldest event that is not published waits already, looked at again and again. @returns milliseconds each */
async function watchRelay(copy: TierCopy, until: () => boolean): Promise<number[]> {
  const lags: number[] = [];
  while (!until()) {
    const { rows } = await copy.pool.query<{ waiting: number }>({
      name: 'relay-lag',
      text: `SELECT coalesce(max(extract(epoch FROM clock_timestamp() - o.written_at)), 0)::float8 * 1000 AS waiting
       FROM redemption.relay_cursor c CROSS JOIN LATERAL (
         SELECT written_at FROM redemption.outbox o WHERE o.shard = c.shard AND (o.xid, o.id) > (c.xid, c.id)
         ORDER BY o.xid, o.id LIMIT 1) AS o`,
    });
    lags.push(rows[0]?.waiting ?? 0);
    await pause(LOOK_MS);
  }
  return lags;
}
