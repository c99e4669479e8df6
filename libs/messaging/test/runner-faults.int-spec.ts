import { randomUUID } from 'node:crypto';
import { CreatorSalesRecordedV1, TierChangedV1 } from '#libs/contracts';
import { Consumes, MessagingStatus, Parking, type EventBatch, type EventConsumer } from '#libs/messaging';
import { sql, type TenantTransaction } from '#libs/persistence';
import {
  createTestDatabase,
  createTestTopics,
  eventually,
  tierChanged,
  type TestDatabase,
  type TestTopics,
} from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { createEffects, readEffects, recordEffects, SERVICE, versionsOf } from './effects.ts';
import { appOptions, startMessagingApp } from './messaging-app.ts';
import { salesOf, someIds } from './sales-events.ts';

const CLIENT = randomUUID();
/** How many more times the handler ends its own database connection. */
let cuts = 0;
let sleepSeconds = 0;
let calls = 0;

@Consumes(CreatorSalesRecordedV1, { name: 'redemption.book' })
class Book implements EventConsumer<typeof CreatorSalesRecordedV1> {
  async handle(batch: EventBatch<typeof CreatorSalesRecordedV1>, tx: TenantTransaction): Promise<void> {
    calls += 1;
    await recordEffects(tx, 'redemption.book', batch);
    if (cuts > 0) {
      cuts -= 1;
      await tx.execute(sql`SELECT pg_terminate_backend(pg_backend_pid())`);
    }
    if (sleepSeconds > 0) await tx.execute(sql`SELECT pg_sleep(${sleepSeconds})`);
  }
}

@Consumes(TierChangedV1, { name: 'redemption.swallow' })
class Swallow implements EventConsumer<typeof TierChangedV1> {
  async handle(batch: EventBatch<typeof TierChangedV1>, tx: TenantTransaction): Promise<void> {
    await recordEffects(tx, 'redemption.swallow', batch);
    await expect(tx.execute(sql`SELECT 1 / 0`)).rejects.toThrow('division by zero');
  }
}

describe('the consumer runner in trouble', () => {
  let database: TestDatabase;
  let topics: TestTopics;
  let apps: INestApplication[];

  beforeEach(async () => {
    [cuts, sleepSeconds, calls, apps] = [0, 0, 0, []];
    [database, topics] = await Promise.all([createTestDatabase(SERVICE), createTestTopics()]);
    await createEffects(database);
  });
  afterEach(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await Promise.all([database.drop(), topics.remove()]);
  });

  async function start(given: { sessionTimeoutMs?: number; onFatal?: (error: Error) => void } = {}) {
    const options = appOptions(database, topics, { roles: ['consumers'], consumers: [Book, Swallow] });
    const app = await startMessagingApp({ ...options, ...given });
    apps.push(app);
    return app;
  }

  function hasNoLag(app: INestApplication) {
    return eventually(async () => (await app.get(MessagingStatus).read()).consumers.every(({ lag }) => lag === 0), {
      timeoutMs: 40_000,
      describe: async () => JSON.stringify(await app.get(MessagingStatus).read()),
    });
  }

  it('tries again without end when its connection is lost in the middle of a batch, and parks nothing', async () => {
    const creators = someIds(10);
    cuts = 5;
    await topics.publish(salesOf(CLIENT, creators, [1, 2]));
    const app = await start();
    await hasNoLag(app);
    expect(cuts).toBe(0);
    expect(await app.get(Parking).list()).toEqual([]);
    const versions = versionsOf(await readEffects(database));
    for (const creator of creators) expect(versions[creator]).toEqual([1, 2]);
  });

  it('keeps its partitions while one handler runs longer than the session', async () => {
    sleepSeconds = 6;
    await topics.publish(salesOf(CLIENT, someIds(1), [1]));
    const app = await start({ sessionTimeoutMs: 4000 });
    await eventually(() => calls === 1);
    sleepSeconds = 0;
    const rival = await start({ sessionTimeoutMs: 4000 });
    await hasNoLag(rival);
    await hasNoLag(app);
    expect(calls).toBe(1);
    expect(await readEffects(database)).toHaveLength(1);
  });

  it('takes a batch whose failed statement was swallowed for failed, not for done', async () => {
    const app = await start();
    await topics.publish([tierChanged({ clientId: CLIENT, creatorId: randomUUID() })]);
    await hasNoLag(app);
    expect(await readEffects(database)).toEqual([]);
    expect(await app.get(Parking).list()).toMatchObject([{ consumer: 'redemption.swallow', waitingEvents: 1 }]);
  });

  it('leaves within 10 s in the middle of its work, and the next process goes on where it stood', async () => {
    const creators = someIds(60);
    const versions = Array.from({ length: 100 }, (_, index) => index + 1);
    await topics.publish(salesOf(CLIENT, creators, versions));
    sleepSeconds = 0.3;
    const first = await start();
    await eventually(() => calls >= 4);
    const began = performance.now();
    await first.close();
    expect(performance.now() - began).toBeLessThan(10_000);
    const effects = (await readEffects(database)).length;
    expect(effects).toBeGreaterThan(0);
    expect(effects).toBeLessThan(creators.length * versions.length);
    sleepSeconds = 0;
    calls = 0;
    await hasNoLag(await start());
    const ends = versionsOf(await readEffects(database));
    for (const creator of creators) expect(ends[creator]).toEqual(versions);
  });

  it('ends the process when the broker refuses it for good', async () => {
    let fatal: Error | undefined;
    await start({ sessionTimeoutMs: 30, onFatal: (error) => (fatal = error) });
    const error = await eventually(() => fatal);
    expect(error.message).toMatch(/session timeout/i);
  });
});
