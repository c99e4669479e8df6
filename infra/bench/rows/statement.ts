import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, BenchContext } from '../bench-row.ts';
import { boostIdOf, ENTRIES, seedLongBoosts } from '../boost/statement-seed.ts';
import { CLIENT_ID } from '../tier/tier-seed.ts';
import { TierWorld, type TierCopy } from '../tier/tier-world.ts';

/** Within this is answered in 99 of a hundred cases. */
const LIMIT_MS = 30;
const BOOSTS = 4_000;
const LEAST_BOOSTS = 800;
const CALLERS = 2;
/** The first answers of a process pay for its own beginning. */
const WARMING_UP = 40;

export const statement: Bench = {
  name: 'statement',
  work: `the 99th percentile of GET statement with ${ENTRIES} daily entries, once it is made, against ${LIMIT_MS} ms`,
  ratioToReach: 1,
  running: {},
  run: async (context) => {
    const boosts = Math.max(LEAST_BOOSTS, context.scale(BOOSTS));
    const world = await TierWorld.seeded(
      context,
      'bench_statement',
      (client) => seedLongBoosts(client, boosts),
      'commission-boost',
    );
    return world.onCopy(async (copy) => {
      const half = boosts / 2;
      const { url } = await copy.start('http');
      const made = await waitsFor(context, url, half);
      const kept = await waitsFor(context, url, half);
      context.report(
        `  statement: p99 ${p99(kept).toFixed(1)} ms once it is made, ${p99(made).toFixed(1)} ms when it is made for who asks`,
      );
      context.report(`  statement: the loop makes ${await perSecondByTheLoop(copy)} of ${ENTRIES} entries a second`);
      return {
        rows: kept.length,
        seconds: p99(kept) / 1_000,
        limitSeconds: LIMIT_MS / 1_000,
        peakMb: null,
      };
    });
  },
};

/** Each boost once, one of eight as a page. @returns milliseconds, each */
async function waitsFor({ stack }: BenchContext, url: string, boosts: number): Promise<number[]> {
  const authorization = `Bearer ${await stack.token({ role: 'admin', clientId: CLIENT_ID })}`;
  const waits: number[] = [];
  let next = 0;
  const call = async (): Promise<void> => {
    for (let boost = next++; boost < boosts; boost = next++) {
      const accept = boost % 8 === 7 ? 'text/html' : 'application/json';
      const begun = performance.now();
      const answer = await fetch(`${url}/v1/boosts/${boostIdOf(boost)}/statement`, {
        headers: { authorization, accept },
      });
      const text = await answer.text();
      if (boost >= WARMING_UP) waits.push(performance.now() - begun);
      if (answer.status !== 200)
        throw new Error(`a statement was answered with ${answer.status}: ${text.slice(0, 200)}`);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, call));
  return waits;
}

/** What nobody asked for, made by the loop alone, once it has begun. */
async function perSecondByTheLoop(copy: TierCopy): Promise<number> {
  const left = async (): Promise<number> => {
    const { rows } = await copy.pool.query<{ left: number }>(
      'SELECT count(*)::int AS left FROM commission_boost.statement_request',
    );
    return rows[0]?.left ?? 0;
  };
  const waiting = await left();
  await copy.start('reconcilers');
  let rest = await left();
  for (; rest === waiting; rest = await left()) await pause(2);
  const begun = performance.now();
  while ((await left()) > 0) await pause(5);
  return Math.round((rest * 1_000) / (performance.now() - begun));
}

function p99(waits: readonly number[]): number {
  return waits.toSorted((a, b) => a - b)[Math.floor(waits.length * 0.99)] ?? Number.NaN;
}
