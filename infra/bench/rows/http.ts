import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { jwksFile } from '../../local/development-keys.ts';
import { freePort } from '../../local/ports.ts';
import type { Bench, BenchContext } from '../bench-row.ts';
import { peakMbOf, resetPeak } from '../peak-memory.ts';
import { p99AtPace, secondsForRequests, type Page } from '../tier/request-load.ts';
import { CLIENT_ID, creatorIdOf, seedProgramAndCreators, seedSellingCreators } from '../tier/tier-seed.ts';
import { TierWorld, type TierCopy } from '../tier/tier-world.ts';

const REQUESTS = 40_000;
const CREATORS = 20_000;
const ASKING = 200;
const PACE = 1_000;
const PACE_SECONDS = 10;

export const http: Bench = {
  name: 'http',
  work: 'GET own tier through the gateway, against one bare Nest-on-Fastify route that verifies the token and asks the same',
  ratioToReach: 2.5,
  running: {},
  run: async (context) => {
    const requests = context.scale(REQUESTS);
    const world = await TierWorld.seeded(context, 'bench_http', async (client) => {
      await seedProgramAndCreators(client, CREATORS);
      await seedSellingCreators(client);
    });
    return world.onCopy(async (copy) => {
      const asks = await tokens(context);
      const limitSeconds = await onBareRoute(context, copy, (url) => secondsForRequests({ url, asks }, requests));
      const service = await copy.start('http');
      const gateway = await copy.startService('gateway', {
        TIER_EVALUATION_URL: service.url,
        LAUREL_RATE_LIMIT: '1000000',
      });
      const page: Page = { url: gateway.url, asks };
      resetPeak(gateway.pid);
      const seconds = await secondsForRequests(page, requests);
      const p99Ms = await p99AtPace(page, PACE, context.quick ? 2 : PACE_SECONDS);
      context.report(`  http: p99 ${p99Ms.toFixed(1)} ms at ${PACE} requests a second (to reach: 30 ms)`);
      return { rows: requests, seconds, limitSeconds, peakMb: peakMbOf(gateway.pid) };
    });
  },
};

function tokens({ stack }: BenchContext): Promise<Page['asks']> {
  return Promise.all(
    Array.from({ length: ASKING }, async (_, index) => {
      const sub = creatorIdOf(index * 7);
      const token = await stack.token({ role: 'creator', clientId: CLIENT_ID, sub });
      return { path: `/v1/creators/${sub}/tier`, authorization: `Bearer ${token}` };
    }),
  );
}

async function onBareRoute<T>({ stack }: BenchContext, copy: TierCopy, work: (url: string) => Promise<T>): Promise<T> {
  const port = await freePort();
  const script = join(import.meta.dirname, '..', 'tier', 'bare-route.js');
  const bare = spawn(process.execPath, [script, copy.runningUrl, CLIENT_ID, jwksFile(stack.directory), String(port)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(bare, 'exit');
  try {
    const url = `http://127.0.0.1:${port}`;
    while (!(await answers(url))) {
      if (bare.exitCode !== null) throw new Error('the bare route did not start');
      await pause(50);
    }
    return await work(url);
  } finally {
    bare.kill();
    await ended;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).body?.cancel();
    return true;
  } catch {
    // Not listening yet: asked again.
    return false;
  }
}
