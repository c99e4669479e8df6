import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';

const CALLERS = 16;
const TICK_MS = 5;

export interface Page {
  readonly url: string;
  /** A path and a token for each creator in turn. */
  readonly asks: readonly { readonly path: string; readonly authorization: string }[];
}

/** @returns seconds for so many requests by a few callers, each asking again as soon as it has its answer */
export async function secondsForRequests(page: Page, requests: number): Promise<number> {
  return withPool(page, async (ask) => {
    let left = requests;
    const begun = performance.now();
    await Promise.all(
      Array.from({ length: CALLERS }, async () => {
        while (left-- > 0) await ask(left);
      }),
    );
    return (performance.now() - begun) / 1_000;
  });
}

/** Requests at a steady pace, whether the ones before are answered or not. @returns the 99th percentile in milliseconds */
export async function p99AtPace(page: Page, perSecond: number, seconds: number): Promise<number> {
  return withPool(page, async (ask) => {
    const waits: number[] = [];
    const underWay: Promise<void>[] = [];
    const begun = performance.now();
    for (let sent = 0; sent < perSecond * seconds;) {
      const due = Math.min(perSecond * seconds, Math.floor(((performance.now() - begun) * perSecond) / 1_000));
      for (; sent < due; sent += 1) {
        // Told from the moment it was due, so that a caller who falls behind does not hide a slow answer.
        const dueAt = begun + (sent * 1_000) / perSecond;
        underWay.push(ask(sent).then(() => void waits.push(performance.now() - dueAt)));
      }
      await pause(TICK_MS);
    }
    await Promise.all(underWay);
    return waits.sort((a, b) => a - b)[Math.floor(waits.length * 0.99)] ?? Number.NaN;
  });
}

async function withPool<T>(page: Page, work: (ask: (n: number) => Promise<void>) => Promise<T>): Promise<T> {
  const pool = new Pool(page.url, { connections: 256 });
  const ask = async (n: number): Promise<void> => {
    const { path, authorization } = page.asks[n % page.asks.length] ?? { path: '/', authorization: '' };
    const { statusCode, body } = await pool.request({ method: 'GET', path, headers: { authorization } });
    await body.dump();
    if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}`);
  };
  try {
    for (let n = 0; n < page.asks.length; n += 1) await ask(n);
    return await work(ask);
  } finally {
    await pool.close();
  }
}
