import { setTimeout as pause } from 'node:timers/promises';
import { ApiClient } from '../../demo/api-client.ts';
import type { ServiceProcess } from '../../local/service-process.ts';
import type { BenchContext } from '../bench-row.ts';
import { timed } from '../tier/progress.ts';
import { CLIENT_ID } from '../tier/tier-seed.ts';
import type { TierCopy } from '../tier/tier-world.ts';

const LOOK_MS = 50;

/** Requests, the relay and the chunks in processes of their own, as they would be scaled. */
export interface Processes {
  readonly serving: ServiceProcess;
  readonly working: readonly ServiceProcess[];
}

export async function startProcesses(copy: TierCopy, working: readonly NodeJS.ProcessEnv[]): Promise<Processes> {
  await copy.makeTopics();
  const serving = await copy.start('http', { DATABASE_POOL_SIZE: '20' });
  await copy.start('relay', {});
  const workers: ServiceProcess[] = [];
  for (const env of working) workers.push(await copy.start('reconcilers', env));
  return { serving, working: workers };
}

/** From the first request that enables a reward to the last certificate. @returns seconds */
export async function enableAll(
  { stack }: BenchContext,
  copy: TierCopy,
  of: { url: string; rewards: readonly string[] },
) {
  const admin = new ApiClient(of.url, await stack.token({ role: 'admin', clientId: CLIENT_ID }));
  const seconds = await timed(async () => {
    await Promise.all(of.rewards.map((id) => admin.post(`/v1/rewards/${id}/enable`)));
    while ((await unfinished(copy)) > 0) await pause(LOOK_MS);
  });
  const { rows } = await copy.pool.query<{ failed: string }>(
    `SELECT count(*) AS failed FROM redemption.backfill WHERE status <> 'done' OR missing > 0 OR stale > 0`,
  );
  if (Number(rows[0]?.failed) > 0) throw new Error('a backfill has not ended well');
  return seconds;
}

async function unfinished(copy: TierCopy): Promise<number> {
  const { rows } = await copy.pool.query<{ jobs: string }>(
    'SELECT count(*) AS jobs FROM redemption.backfill_directory WHERE working',
  );
  return Number(rows[0]?.jobs);
}

/** How long the oldest event that is not published waits already, looked at again and again. @returns milliseconds each */
export async function watchRelay(copy: TierCopy, until: () => boolean): Promise<number[]> {
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
    await pause(25);
  }
  return lags;
}
