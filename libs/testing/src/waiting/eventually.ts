import { setTimeout as pause } from 'node:timers/promises';

export interface EventuallyOptions {
  /** 15 s when not given. */
  readonly timeoutMs?: number;
  /** What is waited for, for the message of a failure. */
  readonly describe?: string | (() => string | Promise<string>);
}

/**
 * Asks until the probe neither throws nor answers `undefined` or `false`.
 * @throws the probe's last error, or an Error that names what never came
 */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  options: EventuallyOptions = {},
): Promise<Exclude<T, undefined | false>> {
  const { timeoutMs = 15_000, describe = 'what the test waits for' } = options;
  const deadline = performance.now() + timeoutMs;
  for (let waitMs = 5; ; waitMs = Math.min(waitMs * 1.5, 200)) {
    let failure: unknown;
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== false) return answer as Exclude<T, undefined | false>;
    } catch (error) {
      failure = error;
    }
    if (performance.now() > deadline) {
      if (failure !== undefined) throw failure;
      const what = typeof describe === 'function' ? await describe() : describe;
      throw new Error(`not within ${timeoutMs} ms: ${what}`);
    }
    await pause(waitMs);
  }
}
