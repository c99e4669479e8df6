import { setTimeout as pause } from 'node:timers/promises';
import { tailOf, type Child } from './child.ts';
import { StartupError } from './startup-error.ts';

const READY_WITHIN_MS = 60_000;

/**
 * Asks until the answer comes without an error.
 * @throws StartupError with the end of the log when the process dies or a minute is over; the signal's reason when it
 *   is given up
 */
export async function untilReady(child: Child, probe: () => Promise<void>, signal?: AbortSignal): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      await probe();
      return;
    } catch (error) {
      const reason = !child.isRunning()
        ? `ended: ${await child.exited}`
        : performance.now() > deadline
          ? String(error)
          : undefined;
      if (reason !== undefined) {
        throw new StartupError(
          `${child.name} did not start (${reason})\n${tailOf(child.logFile)}\nlog: ${child.logFile}`,
        );
      }
    }
    signal?.throwIfAborted();
    await pause(50);
  }
}
