import { setTimeout as pause } from 'node:timers/promises';

/** More than one page or one batch of each partition is under way before a first look can see any of it. */
const LOOK_MS = 5;

/**
 * The time that all of `rows` take, told by a count that grows. A process that is just starting is not measured with what
 * it does: the clock runs from the first look that sees a part done, and what was done by then is taken off.
 */
export async function secondsFor(rows: number, countDone: () => Promise<number>): Promise<number> {
  let first: { readonly at: number; readonly done: number } | undefined;
  for (;;) {
    const done = await countDone();
    const at = performance.now();
    if (done >= rows && first === undefined) throw new Error('it was over before it could be measured');
    if (done >= rows && first !== undefined) return (((at - first.at) / 1_000) * rows) / (rows - first.done);
    if (done > 0) first ??= { at, done };
    await pause(LOOK_MS);
  }
}

/** @returns seconds */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1_000;
}
