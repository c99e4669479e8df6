import { randomUUID } from 'node:crypto';
import { CreatorSalesRecordedV1, TierChangedV1 } from '#libs/contracts';
import {
  Consumes,
  currentTraceId,
  inTrace,
  keyOf,
  lockLanes,
  MessagingStatus,
  Outbox,
  type EventBatch,
  type EventConsumer,
} from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import {
  createTestDatabase,
  createTestTopics,
  eventually,
  tierChanged,
  type TestDatabase,
  type TestTopics,
} from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { createEffects, readEffects, recordEffects, SERVICE, versionsOf } from './effects.ts';
import { appOptions, startMessagingApp } from './messaging-app.ts';
import { salesOf, someIds } from './sales-events.ts';

const CLIENT = randomUUID();
const TRACE = '0123456789abcdef0123456789abcdef';
const traces: (string | undefined)[] = [];

/** Decides on a tier for every event: appended in the consumer's own lane. */
@Consumes(CreatorSalesRecordedV1, { name: 'redemption.decide' })
class Decide implements EventConsumer<typeof CreatorSalesRecordedV1> {
  readonly #outbox: Outbox;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  handle(batch: EventBatch<typeof CreatorSalesRecordedV1>, tx: TenantTransaction): Promise<void> {
    const decisions = batch.events.map(({ clientId, aggregateId, aggregateVersion }) =>
      tierChanged({ clientId, creatorId: aggregateId, tierVersion: aggregateVersion }),
    );
    return this.#outbox.append(tx, decisions);
  }
}

@Consumes(TierChangedV1, { name: 'redemption.follow' })
class Follow implements EventConsumer<typeof TierChangedV1> {
  async handle(batch: EventBatch<typeof TierChangedV1>, tx: TenantTransaction): Promise<void> {
    traces.push(currentTraceId());
    await recordEffects(tx, 'redemption.follow', batch);
  }
}

describe('from one outbox over Kafka to the next and to its consumer', () => {
  let database: TestDatabase;
  let topics: TestTopics;
  let app: INestApplication;

  beforeAll(async () => {
    [database, topics] = await Promise.all([createTestDatabase(SERVICE), createTestTopics()]);
    await createEffects(database);
    app = await startMessagingApp(
      appOptions(database, topics, { roles: ['consumers', 'relay'], consumers: [Decide, Follow] }),
    );
  });
  afterAll(async () => {
    await app.close();
    await Promise.all([database.drop(), topics.remove()]);
  });

  it('every event arrives, in order and in the trace in which the first was written, and nothing is left pending', async () => {
    const creators = someIds(50);
    const versions = [1, 2, 3, 4];
    const events = salesOf(CLIENT, creators, versions);
    const status = app.get(MessagingStatus);
    const before = await status.read();
    await inTrace(`00-${TRACE}-0123456789abcdef-01`, () =>
      database.database(SERVICE).inTransaction(async (tx) => {
        await lockLanes(
          tx,
          creators.map((creator) => keyOf(CLIENT, creator)),
        );
        await app.get(Outbox).append(tx, events);
      }),
    );
    await eventually(async () => (await readEffects(database)).length === events.length, { describe: 'all effects' });
    const effects = versionsOf(await readEffects(database));
    for (const creator of creators) expect(effects[creator]).toEqual(versions);
    expect(new Set(traces)).toEqual(new Set([TRACE]));

    const after = await eventually(async () => {
      const report = await status.read();
      return report.outboxPending === 0 && report.consumers.every(({ lag }) => lag === 0) ? report : undefined;
    });
    expect(after).toMatchObject({ oldestUnpublishedSeconds: 0, parkedKeys: 0, published: 2 * events.length });
    expect(after.counter - before.counter).toBe(4 * events.length);
    expect(await status.liveness()).toMatchObject({ alive: true });
  });

  it('a page far beyond what the broker takes at once arrives, and so does one event that is larger by itself', async () => {
    const client = randomUUID();
    const creators = someIds(900);
    const withDays = (event: ReturnType<typeof salesOf>[number], days: number) => {
      const [difference] = event.data.differences;
      return { ...event, data: { ...event.data, differences: Array.from({ length: days }, () => difference!) } };
    };
    const events = salesOf(client, creators, [1]).map((event, index) => withDays(event, index === 450 ? 20_000 : 60));
    await database.database(SERVICE).inTransaction(async (tx) => {
      await lockLanes(
        tx,
        creators.map((creator) => keyOf(client, creator)),
      );
      await app.get(Outbox).append(tx, events);
    });
    await eventually(
      async () => {
        const effects = versionsOf(await readEffects(database));
        return creators.every((creator) => effects[creator]?.length === 1);
      },
      { timeoutMs: 60_000, describe: 'an effect for each creator' },
    );
    expect((await app.get(MessagingStatus).read()).parkedRecords).toBe(0);
  }, 90_000);
});
