import { sql } from '#libs/persistence';
import { eventually } from '#libs/testing';
import type { RunningLaurel } from './running-laurel.ts';

/** At most so much is done, in events booked and decisions made, between one kill and the next. */
const LONGEST_CALM = 12_000;

/**
 * Kills one tier-evaluation after another and starts it again until it is told that all is over. The next to die is
 * drawn, and so is the work after which it does, so that a death may fall into a batch, a review or between the two.
 * @returns who was killed, in order
 */
export async function killAtRandom(
  laurel: RunningLaurel,
  random: () => number,
  over: () => boolean,
): Promise<string[]> {
  const names = laurel.processes.filter((name) => name.startsWith('tier-evaluation'));
  const killed: string[] = [];
  while (!over()) {
    const mark = (await workDone(laurel)) + 1 + Math.floor(random() * LONGEST_CALM);
    await eventually(async () => over() || (await workDone(laurel)) >= mark, { timeoutMs: 300_000 });
    const name = names[Math.floor(random() * names.length)];
    if (over() || name === undefined) break;
    await laurel.killAndRestart(name);
    killed.push(name);
  }
  return killed;
}

/**
 * Kills a service about every five seconds and starts it again until it is told that all is over: drawn from those that
 * have died least, so that none is spared.
 * @param before who was killed earlier. @returns who was killed now, in order
 */
export async function killAnyAtRandom(
  laurel: RunningLaurel,
  random: () => number,
  over: () => boolean,
  before: readonly string[] = [],
): Promise<string[]> {
  const killed: string[] = [];
  while (!over()) {
    const due = performance.now() + 3_000 + random() * 4_000;
    await eventually(() => Promise.resolve(over() || performance.now() >= due), { timeoutMs: 60_000 });
    const deaths = (name: string) => [...before, ...killed].filter((dead) => dead === name).length;
    const least = Math.min(...laurel.processes.map(deaths));
    const spared = laurel.processes.filter((name) => deaths(name) === least);
    const name = spared[Math.floor(random() * spared.length)];
    if (over() || name === undefined) break;
    await laurel.killAndRestart(name);
    killed.push(name);
  }
  return killed;
}

async function workDone(laurel: RunningLaurel): Promise<number> {
  const { done } = await laurel.database.asAdmin((tx) =>
    tx.one<{ done: number }>(sql`
      SELECT ((SELECT coalesce(sum(seen), 0) FROM tier_evaluation.sync_count)
              + (SELECT count(*) FROM tier_evaluation.decision))::int AS done`),
  );
  return done;
}
