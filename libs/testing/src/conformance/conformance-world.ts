import { randomUUID } from 'node:crypto';
import { SERVICES, type EventDefinition, type NewEvent, type StatefulServiceName } from '#libs/contracts';
import {
  BatchProcessor,
  encodeEnvelope,
  keyOf,
  Parking,
  partitionOf,
  ReleaseLoop,
  type BatchOutcome,
} from '#libs/messaging';
import { sql, trustedSql, type Database } from '#libs/persistence';
import type { DynamicModule, INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createTestDatabase, type TestDatabase } from '../database/test-database.ts';

/** For the service's module: a database of its own, and a broker that nothing connects to. */
export interface ConformanceEnvironment {
  readonly databaseUrl: string;
  readonly brokers: string;
  readonly topicPrefix: string;
  readonly roles: readonly [];
}

/** A record as it would stand in Kafka; feeding it again is a redelivery. */
export interface StoredRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/**
 * One service on a fresh database, whose consumers are handed records by the test instead of by Kafka: the runner with
 * its guards, transactions, splitting and parking is the real one.
 */
export interface ConformanceWorld {
  readonly app: INestApplicationContext;
  readonly database: Database;
  readonly testDatabase: TestDatabase;
  /** Makes records of events, without delivering them. */
  store(events: readonly NewEvent[]): StoredRecord[];
  /** A record of any bytes under the key of an event. */
  storeRaw(like: NewEvent, value: Buffer): StoredRecord;
  /** Delivers records to all consumers of their topics, as the next batch of each partition. @throws Error when one waits */
  deliver(records: readonly StoredRecord[]): Promise<void>;
  /** The same, and the process dies between the commit and the acknowledgement of the first partition. */
  deliverAndCrash(records: readonly StoredRecord[]): Promise<void>;
  /** `store` and `deliver`: for whatever must have happened before. */
  feed(events: readonly NewEvent[]): Promise<void>;
  /** Releases every parked key and replays it. */
  releaseAll(): Promise<void>;
  /** Events that the service has appended, as `type subject version`, sorted. */
  appended(): Promise<string[]>;
  close(): Promise<void>;
}

export async function openConformanceWorld(
  service: StatefulServiceName,
  moduleOf: (environment: ConformanceEnvironment) => Type | DynamicModule | Promise<Type | DynamicModule>,
): Promise<ConformanceWorld> {
  const testDatabase = await createTestDatabase(service);
  const environment = {
    databaseUrl: testDatabase.url(service),
    brokers: '127.0.0.1:1',
    topicPrefix: '',
    roles: [],
  } as const;
  const app = await NestFactory.createApplicationContext(await moduleOf(environment), {
    logger: false,
    abortOnError: false,
  });
  const database = testDatabase.database(service);
  const offsets = new Map<string, number>();
  const place = (topic: string, key: string, value: Buffer): StoredRecord => {
    const partition = partitionOf(key);
    const offset = offsets.get(`${topic}/${partition}`) ?? 0;
    offsets.set(`${topic}/${partition}`, offset + 1);
    return { topic, partition, offset: String(offset), key: Buffer.from(key), value };
  };
  const store = (events: readonly NewEvent[]) =>
    events.map((event) =>
      place(event.definition.topic, keyOf(event.clientId, event.aggregateId), Buffer.from(envelopeOf(event))),
    );
  const deliver = (records: readonly StoredRecord[]) =>
    deliverTo(app.get(BatchProcessor, { strict: false }), records, () => undefined);
  return {
    app,
    database,
    testDatabase,
    store,
    storeRaw: (like, value) => place(like.definition.topic, keyOf(like.clientId, like.aggregateId), value),
    deliver,
    deliverAndCrash: async (records) => {
      const crash = new Error('killed before the acknowledgement');
      const dead = await Promise.allSettled([
        deliverTo(app.get(BatchProcessor, { strict: false }), records, () => {
          throw crash;
        }),
      ]);
      if (dead[0].status !== 'rejected' || dead[0].reason !== crash)
        throw new Error('the runner did not acknowledge', { cause: dead[0] });
    },
    feed: (events) => deliver(store(events)),
    releaseAll: async () => {
      const parking = app.get(Parking, { strict: false });
      for (const parked of await parking.list())
        if (parked.kind === 'key') await parking.release(parked.id, 'conformance');
      await app.get(ReleaseLoop, { strict: false }).releaseAll();
    },
    appended: () => appended(database, SERVICES[service].schema),
    close: async () => {
      await app.close();
      await testDatabase.drop();
    },
  };
}

function envelopeOf(event: NewEvent<EventDefinition>): string {
  return encodeEnvelope({
    event,
    id: randomUUID(),
    time: '2025-01-01T00:00:00.000Z',
    source: 'laurel/test',
    traceparent: undefined,
  });
}

async function deliverTo(
  processor: BatchProcessor,
  records: readonly StoredRecord[],
  onAcknowledge: () => void,
): Promise<void> {
  const byPlace = Map.groupBy(records, (record) => `${record.topic}/${record.partition}`);
  for (const batch of byPlace.values()) {
    const [first] = batch;
    if (first === undefined) continue;
    const outcome: BatchOutcome = await processor.process({
      topic: first.topic,
      partition: first.partition,
      records: batch,
      acknowledge: () => Promise.resolve().then(onAcknowledge),
      isStopping: () => false,
    });
    if (outcome.kind === 'retry') throw new Error(`the consumers of ${first.topic} ask to be called again later`);
  }
}

async function appended(database: Database, schema: string): Promise<string[]> {
  const rows = await database.inTransaction((tx) =>
    tx.many<{ value: string }>(sql`SELECT value FROM ${trustedSql(schema)}.outbox`),
  );
  return rows
    .map(({ value }) => JSON.parse(value) as { type: string; subject: string; aggregateversion: number })
    .map((envelope) => `${envelope.type} ${envelope.subject} ${envelope.aggregateversion}`)
    .sort();
}
