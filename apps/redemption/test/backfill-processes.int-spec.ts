import { fork, type ChildProcess } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackfillId, CreatorId, RewardId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { eventually, seeded } from '#libs/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { chunkEvents, seedMembers } from './backfill-seed.ts';
import { GIFT_CARD, openRedemptionWorld, type ClientWorld, type RedemptionWorld } from './redemption-world.ts';

const MAIN = join(import.meta.dirname, 'process/backfill-worker.mjs');
const COMPILED = mkdtempSync(join(tmpdir(), 'laurel-compiled-'));

let world: RedemptionWorld;
const workers = new Set<ChildProcess>();
beforeAll(async () => {
  world = await openRedemptionWorld();
});
afterEach(() => {
  for (const worker of workers) worker.kill('SIGKILL');
});
afterAll(() => {
  rmSync(COMPILED, { recursive: true, force: true });
  return world.testDatabase.drop();
});

type Said = 'ready' | 'asks' | 'written' | 'committed' | 'nothing';

function startWorker(creatorsPerChunk: number, holdMs: number, manner: 'asks' | 'goes on' = 'goes on') {
  const options = ['--disable-warning=TimeoutNegativeWarning'];
  const env = { PATH: process.env['PATH'], NODE_COMPILE_CACHE: COMPILED };
  const given = [world.testDatabase.url('redemption'), String(creatorsPerChunk), String(holdMs), manner];
  const child = fork(MAIN, given, { env, execArgv: options, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  workers.add(child);
  const said: Said[] = [];
  child.on('message', (message) => said.push(message as Said));
  const exited = once(child, 'exit').then(() => workers.delete(child));
  return { child, said, exited };
}

/** Lets workers take so many chunks and no more, so that a machine that starts processes slowly does not end the job. */
class Permissions {
  #left: number;
  #waiting: ChildProcess[] = [];

  constructor(chunks: number) {
    this.#left = chunks;
  }

  get isExhausted(): boolean {
    return this.#left === 0;
  }

  hear(child: ChildProcess): void {
    child.on('message', (message) => {
      if (message !== 'asks') return;
      this.#waiting.push(child);
      this.grant(0);
    });
  }

  grant(chunks: number): void {
    this.#left += chunks;
    while (this.#left > 0) {
      const child = this.#waiting.shift();
      if (child === undefined) return;
      if (!child.connected) continue;
      this.#left -= 1;
      child.send('go');
    }
  }
}

interface Job {
  readonly client: ClientWorld;
  readonly members: readonly CreatorId[];
  readonly rewardId: RewardId;
  readonly id: BackfillId;
}

async function enabledFor(creators: number): Promise<Job> {
  const client = await world.client();
  const members = await seedMembers(client, creators);
  const reward = await client.reward({ ...GIFT_CARD, frequency: 'one_time' });
  await client.switchTo(reward.id, true);
  const [job] = await client.backfills();
  if (job === undefined) throw new Error('enabling plans a job');
  return { client, members, rewardId: reward.id, id: job.id };
}

async function met({ client, id }: Job): Promise<number> {
  return (await client.backfill(id))?.totals.eligible ?? 0;
}

/** Rows written to the client's partition, those of transactions that were rolled back among them; and those there are. */
async function written({ client }: Job): Promise<{ rows: number; distinct: number; ever: number }> {
  return world.testDatabase.asAdmin((tx) =>
    tx.one<{ rows: number; distinct: number; ever: number }>(sql`
      SELECT count(*)::int AS rows, count(DISTINCT creator_id)::int AS distinct,
             (SELECT n_tup_ins::int FROM pg_stat_user_tables
              WHERE relname = 'redemption_' || replace(${client.clientId}, '-', '')) AS ever
      FROM redemption.redemption WHERE client_id = ${client.clientId}`),
  );
}

/** All rows once, one after another in each slice, as the events tell it; and the digest, made again out of them. */
async function expectWhole(job: Job): Promise<void> {
  const certified = await job.client.backfill(job.id);
  const count = job.members.length;
  expect(certified).toMatchObject({
    status: 'done',
    missing: 0,
    stale: 0,
    totals: { eligible: count, created: count },
  });
  const events = await chunkEvents(job.client);
  const told = events.flatMap(({ data }) => data.created);
  expect([told.length, new Set(told).size]).toEqual([count, count]);
  const slices = [...Map.groupBy(events, ({ data }) => data.slice)]
    .sort(([a], [b]) => a - b)
    .map(([, ofSlice]) => ofSlice);
  for (const ofSlice of slices) {
    expect(ofSlice.map((event) => event.aggregateversion)).toEqual(ofSlice.map((_, index) => index + 1));
  }
  expect(certified?.digest).toBe(
    digestOf(
      job.members,
      slices.map((ofSlice) => ofSlice.map(({ data }) => data.through)),
    ),
  );
}

/** @param chunks the last creator of each chunk, slice by slice */
function digestOf(members: readonly CreatorId[], chunks: readonly (readonly string[])[]): string {
  let next = 0;
  const ofSlices = chunks.map((bounds) =>
    bounds.reduce((before, through) => {
      const first = next;
      while ((members[next] ?? 'g') <= through) next += 1;
      const ids = members.slice(first, next).map((id) => Buffer.from(id.replaceAll('-', ''), 'hex'));
      return createHash('sha256')
        .update(Buffer.concat([before, ...ids]))
        .digest();
    }, Buffer.alloc(0)),
  );
  return createHash('sha256').update(Buffer.concat(ofSlices)).digest('hex');
}

describe('processes that work on a job', () => {
  it('killed at random thirty times, redo a chunk each at most, and nothing is lost or there twice', async () => {
    const KILLS = 30;
    const CHUNK = 10;
    const seed = randomInt(2 ** 31);
    const random = seeded(seed);
    process.stdout.write(`thirty kills, seed ${seed}\n`);
    const job = await enabledFor(12_000);
    const permissions = new Permissions(30);
    const start = () => {
      const worker = startWorker(CHUNK, 20, 'asks');
      permissions.hear(worker.child);
      return worker;
    };
    const running = [start(), start(), start(), start()];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const place = Math.floor(random() * running.length);
      const victim = running[place];
      if (victim === undefined) throw new Error('there are four');
      // Wherever it is by then: between two transactions, in one, or with one written and not committed.
      const until = 2 + Math.floor(random() * 15);
      const hasWorked = () => victim.said.length >= until || (permissions.isExhausted && victim.said.length > 0);
      await eventually(() => Promise.resolve(hasWorked()), { timeoutMs: 60_000, describe: 'the worker to work' });
      victim.child.kill('SIGKILL');
      await victim.exited;
      running[place] = start();
      permissions.grant(25);
    }
    expect(await met(job)).toBeLessThan(job.members.length);
    permissions.grant(job.members.length);
    await Promise.all([...running, startWorker(CHUNK, 0)].map(({ exited }) => exited));
    await expectWhole(job);
    const { rows, distinct, ever } = await written(job);
    expect([rows, distinct]).toEqual([12_000, 12_000]);
    process.stdout.write(`${ever - rows} rows were written again\n`);
    expect(ever - rows).toBeGreaterThan(0);
    expect(ever - rows).toBeLessThanOrEqual(KILLS * CHUNK);
  }, 300_000);

  it('stopped in the middle of a chunk, loses its slice to another and can not commit when it wakes up', async () => {
    const job = await enabledFor(400);
    const sleeper = startWorker(100, 200);
    await eventually(() => Promise.resolve(sleeper.said.filter((said) => said === 'written').length >= 3), {
      describe: 'a chunk to be written and not committed',
    });
    sleeper.child.kill('SIGSTOP');
    const before = await met(job);
    const commits = sleeper.said.filter((said) => said === 'committed').length;
    const other = startWorker(100, 0);
    await other.exited;
    await expectWhole(job);
    sleeper.child.kill('SIGCONT');
    await sleeper.exited;
    expect(before).toBeLessThan(400);
    expect(sleeper.said.at(-1)).toBe('nothing');
    expect(sleeper.said.filter((said) => said === 'committed')).toHaveLength(commits);
    await expectWhole(job);
    const isWrittenAgain = async () => (await written(job)).ever === 500;
    await eventually(isWrittenAgain, { describe: 'the chunk that was rolled back to show in the statistics' });
    expect(await written(job)).toMatchObject({ rows: 400, distinct: 400 });
  }, 60_000);
});
