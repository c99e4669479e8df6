import { randomUUID } from 'node:crypto';
import { CreatorSalesRecordedV1, TierChangedV1 } from '#libs/contracts';
import {
  Consumes,
  currentTraceId,
  MessagingStatus,
  Parking,
  RetryLater,
  type EventBatch,
  type EventConsumer,
} from '#libs/messaging';
import { sql, type TenantTransaction } from '#libs/persistence';
import {
  createTestDatabase,
  createTestTopics,
  eventually,
  tierChanged,
  type TestDatabase,
  type TestTopics,
} from '#libs/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { createEffects, readEffects, recordEffects, SERVICE, versionsOf } from './effects.ts';
import { appOptions, startMessagingApp } from './messaging-app.ts';
import { salesOf, someIds } from './sales-events.ts';

const CLIENT = randomUUID();
/** Aggregates for which the first consumer fails, and why. */
const failing = new Map<string, () => Error>();
let traceIds: (string | undefined)[] = [];

@Consumes(CreatorSalesRecordedV1, { name: 'redemption.book' })
class Book implements EventConsumer<typeof CreatorSalesRecordedV1> {
  async handle(batch: EventBatch<typeof CreatorSalesRecordedV1>, tx: TenantTransaction): Promise<void> {
    traceIds.push(currentTraceId());
    await recordEffects(tx, 'redemption.book', batch);
    for (const event of batch.events) {
      const failure = failing.get(event.aggregateId);
      if (failure) throw failure();
    }
  }
}

@Consumes(TierChangedV1, { name: 'redemption.follow-tier', mostEvents: 2 })
class FollowTier implements EventConsumer<typeof TierChangedV1> {
  handle(batch: EventBatch<typeof TierChangedV1>, tx: TenantTransaction): Promise<void> {
    return recordEffects(tx, 'redemption.follow-tier', batch);
  }
}

@Consumes(TierChangedV1, { name: 'redemption.watch-tier' })
class WatchTier implements EventConsumer<typeof TierChangedV1> {
  async handle(batch: EventBatch<typeof TierChangedV1>, tx: TenantTransaction): Promise<void> {
    await recordEffects(tx, 'redemption.watch-tier', batch);
    for (const event of batch.events) {
      const failure = failing.get(event.aggregateId);
      if (failure) throw failure();
    }
  }
}

describe('the consumer runner on Kafka', () => {
  let database: TestDatabase;
  let topics: TestTopics;
  let app: INestApplication;

  beforeAll(async () => {
    topics = await createTestTopics();
  });
  afterAll(async () => {
    await topics.remove();
  });
  beforeEach(async () => {
    failing.clear();
    traceIds = [];
    database = await createTestDatabase(SERVICE);
    await createEffects(database);
    app = await startMessagingApp(
      appOptions(database, topics, { roles: ['consumers'], consumers: [Book, FollowTier, WatchTier] }),
    );
  });
  afterEach(async () => {
    await app.close();
    await database.drop();
  });

  async function settled(): Promise<void> {
    await eventually(async () => (await app.get(MessagingStatus).read()).consumers.every(({ lag }) => lag === 0), {
      timeoutMs: 30_000,
      describe: async () => `no lag: ${JSON.stringify(await app.get(MessagingStatus).read())}`,
    });
  }

  it('hands over every event once and in order, and moves the offsets', async () => {
    const creators = someIds(20);
    await topics.publish(salesOf(CLIENT, creators, [1, 2, 3]));
    await settled();
    const versions = versionsOf(await readEffects(database, 'redemption.book'));
    for (const creator of creators) expect(versions[creator]).toEqual([1, 2, 3]);
    expect(traceIds.every((id) => id !== undefined)).toBe(true);
  });

  it('brings a consumer no more events in a transaction than it wants, in order', async () => {
    const [creatorId = ''] = someIds(1);
    const versions = [1, 2, 3, 4, 5];
    await topics.publish(versions.map((tierVersion) => tierChanged({ clientId: CLIENT, creatorId, tierVersion })));
    await settled();
    expect(versionsOf(await readEffects(database, 'redemption.follow-tier'))[creatorId]).toEqual(versions);
    const transactions = await database.asAdmin((tx) =>
      tx.many<{ events: number }>(sql`
        SELECT count(*)::int AS events FROM redemption.effect WHERE consumer = 'redemption.follow-tier'
        GROUP BY xmin ORDER BY min(id)`),
    );
    expect(transactions.map(({ events }) => events)).toEqual([2, 2, 1]);
  });

  it('parks the one key that fails while all others flow, and replays it in order when it is released', async () => {
    const creators = someIds(30);
    const [bad = ''] = creators;
    failing.set(bad, () => new TypeError('cannot read properties of undefined'));
    await topics.publish(salesOf(CLIENT, creators, [1, 2, 3]));
    await settled();
    const before = versionsOf(await readEffects(database, 'redemption.book'));
    expect(before[bad]).toBeUndefined();
    for (const creator of creators.slice(1)) expect(before[creator]).toEqual([1, 2, 3]);

    const parking = app.get(Parking);
    const [parked] = await parking.list();
    expect(parked).toMatchObject({ kind: 'key', consumer: 'redemption.book', aggregateId: bad, waitingEvents: 3 });
    failing.clear();
    await parking.release(parked?.id ?? '', 'operator-1');
    await topics.publish(salesOf(CLIENT, [bad], [4]));
    await eventually(async () => (await parking.list()).length === 0, { describe: 'the key to flow again' });
    await settled();
    expect(versionsOf(await readEffects(database, 'redemption.book'))[bad]).toEqual([1, 2, 3, 4]);
  });

  it('keeps two consumers of one topic apart: what one can not take, the other has taken', async () => {
    const [good = '', bad = ''] = someIds(2);
    failing.set(bad, () => new Error('not mine'));
    await topics.publish([
      tierChanged({ clientId: CLIENT, creatorId: good, tierVersion: 1 }),
      tierChanged({ clientId: CLIENT, creatorId: bad, tierVersion: 1 }),
      tierChanged({ clientId: CLIENT, creatorId: bad, tierVersion: 2 }),
    ]);
    await settled();
    expect(versionsOf(await readEffects(database, 'redemption.follow-tier'))).toMatchObject({
      [good]: [1],
      [bad]: [1, 2],
    });
    const watched = versionsOf(await readEffects(database, 'redemption.watch-tier'));
    expect([watched[good], watched[bad]]).toEqual([[1], undefined]);
    expect(await app.get(Parking).list()).toMatchObject([{ consumer: 'redemption.watch-tier', waitingEvents: 2 }]);
  });

  it('waits with the partition while a handler asks for it, parks nothing, and lets the other partitions go on', async () => {
    const creators = someIds(40);
    const [waiting = ''] = creators;
    failing.set(waiting, () => new RetryLater('its partition is not made yet'));
    await topics.publish(salesOf(CLIENT, creators, [1]));
    await eventually(async () => (await readEffects(database, 'redemption.book')).length > 20, {
      describe: 'the others',
    });
    expect(versionsOf(await readEffects(database, 'redemption.book'))[waiting]).toBeUndefined();
    expect(await app.get(Parking).list()).toEqual([]);
    failing.clear();
    await settled();
    const versions = versionsOf(await readEffects(database, 'redemption.book'));
    for (const creator of creators) expect(versions[creator]).toEqual([1]);
  });

  it('keeps unreadable bytes with the reason, passes over unknown versions, and goes on', async () => {
    const [creator = ''] = someIds(1);
    const key = `${CLIENT}:${creator}`;
    await topics.publishRaw(CreatorSalesRecordedV1.topic, { key, value: Buffer.from([0xff, 0x00, 0x7b]) });
    const [event] = salesOf(CLIENT, [creator], [1]);
    await topics.publish(event === undefined ? [] : [event]);
    const unknown = {
      specversion: '1.0',
      id: randomUUID(),
      type: 'laurel.creator-sales.recorded.v9',
      source: 'x',
      subject: creator,
    };
    await topics.publishRaw(CreatorSalesRecordedV1.topic, {
      key,
      value: JSON.stringify({
        ...unknown,
        time: 'now',
        clientid: CLIENT,
        aggregateid: creator,
        aggregateversion: 1,
        data: {},
      }),
    });
    await settled();
    expect(versionsOf(await readEffects(database, 'redemption.book'))[creator]).toEqual([1]);
    const [record] = await app.get(Parking).list();
    expect(record).toMatchObject({ kind: 'record', topic: CreatorSalesRecordedV1.topic });
    expect(await app.get(Parking).show(record?.id ?? '')).toMatchObject({
      valueBase64: Buffer.from([0xff, 0x00, 0x7b]).toString('base64'),
    });
    const metrics = await app.get(MessagingStatus).metrics();
    expect(metrics.find(({ name }) => name === 'laurel_records_unknown_total')).toMatchObject({ value: 1 });
  });
});
