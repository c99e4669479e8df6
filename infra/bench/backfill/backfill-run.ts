import { setTimeout as pause } from 'node:timers/promises';
import { ApiClient } from '../../demo/api-client.ts';
import type { ServiceProcess } from '../../local/service-process.ts';
import type { BenchContext } from '../bench-row.ts';
import { startServing } from '../redemption/requests-beside.ts';
import { timed } from '../tier/progress.ts';
import { CLIENT_ID } from '../tier/tier-seed.ts';
import type { TierCopy } from '../tier/tier-world.ts';

const LOOK_MS = 50;

/** Beside what answers and publishes, a process of chunks for each of `workers`. @returns what answers */
export async function startWorkers(copy: TierCopy, workers: readonly NodeJS.ProcessEnv[]): Promise<ServiceProcess> {
  const serving = await startServing(copy);
  for (const env of workers) await copy.start('reconcilers', env);
  return serving;
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
