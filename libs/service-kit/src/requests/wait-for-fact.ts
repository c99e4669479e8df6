import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks until a fact that another service has just made arrives by its event, so that a script can go on at once.
 * Call it before `Idempotency.run` opens its transaction: nothing is locked while it waits.
 * @returns undefined when it has not come in time; the caller then answers 404 or 409
 */
export async function waitForFact<T>(probe: () => Promise<T | undefined>, timeoutMs = 5_000): Promise<T | undefined> {
  const deadline = performance.now() + timeoutMs;
  for (let pauseMs = 15; ; pauseMs = Math.min(pauseMs * 1.5, 200)) {
    const fact = await probe();
    if (fact !== undefined) return fact;
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) return undefined;
    await delay(Math.min(pauseMs, leftMs));
  }
}
