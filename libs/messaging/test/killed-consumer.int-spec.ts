import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { sql } from '#libs/persistence';
import { createTestDatabase, createTestTopics, eventually, type TestDatabase, type TestTopics } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEffects, readEffects, SERVICE, versionsOf } from './effects.ts';
import { seeded } from './hostile-writers.ts';
import { salesOf, someIds } from './sales-events.ts';

const KILLS = 10;
const CREATORS = 200;
const VERSIONS_A_KILL = 15;
const VERSIONS = Array.from({ length: KILLS * VERSIONS_A_KILL }, (_, index) => index + 1);
const EVENTS = CREATORS * VERSIONS.length;

describe('a consumer process that is killed', () => {
  let database: TestDatabase;
  let topics: TestTopics;
  let child: ChildProcess | undefined;
  const clientId = randomUUID();
  const creators = someIds(CREATORS);

  beforeAll(async () => {
    [database, topics] = await Promise.all([createTestDatabase(SERVICE), createTestTopics()]);
    await createEffects(database);
  });
  afterAll(async () => {
    child?.kill('SIGKILL');
    await Promise.all([database.drop(), topics.remove()]);
  });

  function start(): ChildProcess {
    const transpile = join(import.meta.dirname, 'process', 'transpile.mjs');
    const main = join(import.meta.dirname, 'process', 'consumer-process.ts');
    const options = ['--disable-warning=TimeoutNegativeWarning', `--import=${transpile}`, main];
    const given = [database.url(SERVICE), topics.brokers.join(), topics.prefix];
    return spawn(process.execPath, [...options, ...given], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { PATH: process.env['PATH'] },
    });
  }

  async function effects(): Promise<number> {
    const { n } = await database.asAdmin((tx) =>
      tx.one<{ n: string }>(sql`SELECT count(*) AS n FROM redemption.effect`),
    );
    return Number(n);
  }

  it('has every effect exactly once and in order after ten kills at random moments', async () => {
    const seed = randomInt(2 ** 31);
    const random = seeded(seed);
    process.stdout.write(`ten kills, seed ${seed}\n`);
    for (let kill = 0; kill < KILLS; kill += 1) {
      const versions = VERSIONS.slice(kill * VERSIONS_A_KILL, (kill + 1) * VERSIONS_A_KILL);
      await topics.publish(salesOf(clientId, creators, versions));
      const target = (await effects()) + 1 + Math.floor((random() * EVENTS) / KILLS / 2);
      child = start();
      await eventually(async () => (await effects()) >= target, {
        timeoutMs: 90_000,
        describe: 'the child to have effects',
      });
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    child = start();
    await eventually(async () => (await effects()) >= EVENTS, { timeoutMs: 60_000, describe: 'the rest' });
    child.kill('SIGTERM');
    await once(child, 'exit');

    const versions = versionsOf(await readEffects(database, 'redemption.book'));
    expect(Object.keys(versions)).toHaveLength(CREATORS);
    for (const creator of creators) expect(versions[creator]).toEqual(VERSIONS);
    const { appended, distinct } = await database.asAdmin((tx) =>
      tx.one<{ appended: string; distinct: string }>(sql`
        SELECT count(*) AS appended, count(DISTINCT (key, value::json ->> 'aggregateversion')) AS distinct FROM redemption.outbox`),
    );
    expect([Number(appended), Number(distinct)]).toEqual([EVENTS, EVENTS]);
    const counts = await database.asAdmin((tx) =>
      tx.many<{ seen: string }>(sql`SELECT sum(seen)::bigint AS seen FROM redemption.sync_count GROUP BY sequence`),
    );
    expect(counts.map(({ seen }) => Number(seen))).toEqual(VERSIONS.map(() => CREATORS));
  }, 300_000);
});
