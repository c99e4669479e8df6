import type * as jestGlobals from '@jest/globals';
import type { EventDefinition, NewEvent, StatefulServiceName } from '#libs/contracts';
import { declarationOf, type ConsumerDeclaration, type EventConsumer } from '#libs/messaging';
import type { Database } from '#libs/persistence';
import type { DynamicModule, Type } from '@nestjs/common';
import { openConformanceWorld, type ConformanceEnvironment, type ConformanceWorld } from './conformance-world.ts';
import { listConsumers } from './list-consumers.ts';
import { OUT_OF_ORDER, parkedIn } from './out-of-order.ts';

export interface ConformingService {
  readonly service: StatefulServiceName;
  /** The service's module; with no roles it starts nothing and needs no broker. */
  readonly module: (environment: ConformanceEnvironment) => Type | DynamicModule | Promise<Type | DynamicModule>;
}

export interface ConsumerCase<E extends EventDefinition = EventDefinition> {
  /** The class that is declared with `@Consumes`. */
  readonly consumer: Type<EventConsumer<E>>;
  /** What must be there before: `world.feed` hands events to any consumer of the service. */
  readonly given?: (world: ConformanceWorld) => Promise<void>;
  /** In the order of their publication, versions gapless from 1 per subject; two of one subject where that can be. */
  readonly events: readonly NewEvent<E>[];
  /** All that the consumer changes, without generated ids and times: two runs on two databases must give the same. */
  readonly snapshot: (database: Database, world: ConformanceWorld) => Promise<unknown>;
}

/** A case whose event type is settled, so that cases of different types can stand in one list. */
export type AnyConsumerCase = ConsumerCase & { readonly declared: ConsumerDeclaration };

/** @throws Error when the class is not declared with `@Consumes`, or there are no events */
export function consumerCase<E extends EventDefinition>(given: ConsumerCase<E>): AnyConsumerCase {
  const declared = declarationOf(given.consumer);
  if (declared === undefined) throw new Error(`${given.consumer.name} is not declared with @Consumes`);
  if (given.events.length === 0) throw new Error(`${declared.name} needs events`);
  return { ...(given as unknown as ConsumerCase), declared };
}

/**
 * Describes the suite that every consumer passes: each event once, twice, after a crash between commit and
 * acknowledgement, out of order, of an unknown version, as unreadable bytes.
 */
export function describeConsumer<E extends EventDefinition>(given: ConformingService & ConsumerCase<E>): void {
  describeCase(given, consumerCase(given));
}

/** One suite for each consumer that the service registers; a consumer without one fails here. */
export function describeEveryConsumer(
  service: ConformingService & { readonly cases: readonly AnyConsumerCase[] },
): void {
  const { describe, it, expect } = jest();
  describe(`the consumers of ${service.service}`, () => {
    it('have a conformance suite each', async () => {
      const nowhere = {
        databaseUrl: 'postgres://nobody@127.0.0.1:1/none',
        brokers: '127.0.0.1:1',
        topicPrefix: '',
        roles: [],
      } as const;
      const registered = await listConsumers(await service.module(nowhere));
      expect(service.cases.map(({ declared }) => declared.name).sort()).toEqual(registered);
    });
    for (const each of service.cases) describeCase(service, each);
  });
}

function describeCase(service: ConformingService, given: AnyConsumerCase): void {
  const { describe, it, expect, beforeAll, afterAll } = jest();
  const snapshotOf = (world: ConformanceWorld) => given.snapshot(world.database, world);

  describe(`${given.declared.name} conforms`, () => {
    let world: ConformanceWorld;
    let untouched: unknown;
    let once: unknown;

    beforeAll(async () => {
      world = await openWorld(service, given);
      untouched = await snapshotOf(world);
      await world.feed(given.events);
      once = await snapshotOf(world);
    });
    afterAll(async () => {
      await world.close();
    });

    it('once: has an effect and parks nothing', async () => {
      expect(once).not.toEqual(untouched);
      expect(await parkedIn(world)).toEqual([]);
    });

    it('twice: read from the beginning two times more, nothing new happens', () => checkTwice(service, given, once));
    it('crash: killed between commit and acknowledgement, the redelivery changes nothing', () =>
      checkCrash(service, given, once));

    it('out of order: what came too late changes nothing, what came too early waits or says all', () =>
      inNewWorld(service, given, (fresh) =>
        OUT_OF_ORDER[given.declared.definition.nature](expect, {
          ...given,
          service: service.service,
          consumerName: given.declared.name,
          world: fresh,
          once,
        }),
      ));

    it('unknown version: is passed over', () => checkUnknownVersion(world, given, once));
    it('unreadable bytes: are kept with the reason, and what comes after them is handled', () =>
      checkUnreadable(service, given, once));
  });
}

function checkTwice(service: ConformingService, given: AnyConsumerCase, once: unknown): Promise<void> {
  const { expect } = jest();
  return inNewWorld(service, given, async (world) => {
    const records = world.store(given.events);
    await world.deliver(records);
    const appended = await world.appended();
    await world.deliver(records);
    await world.deliver(records);
    expect(await given.snapshot(world.database, world)).toEqual(once);
    expect(await world.appended()).toEqual(appended);
  });
}

function checkCrash(service: ConformingService, given: AnyConsumerCase, once: unknown): Promise<void> {
  const { expect } = jest();
  return inNewWorld(service, given, async (world) => {
    const records = world.store(given.events);
    for (let count = 1; count <= records.length; count += 1) await world.deliverAndCrash(records.slice(0, count));
    await world.deliver(records);
    expect(await given.snapshot(world.database, world)).toEqual(once);
    expect(await parkedIn(world)).toEqual([]);
  });
}

async function checkUnknownVersion(world: ConformanceWorld, given: AnyConsumerCase, once: unknown): Promise<void> {
  const { expect } = jest();
  const unknown = given.events.map((event) => {
    const definition = { ...event.definition, type: event.definition.type.replace(/\.v\d+$/, '.v999') };
    return { ...event, definition, aggregateVersion: event.aggregateVersion + 100 };
  });
  await world.feed(unknown);
  expect(await given.snapshot(world.database, world)).toEqual(once);
  expect(await parkedIn(world)).toEqual([]);
}

function checkUnreadable(service: ConformingService, given: AnyConsumerCase, once: unknown): Promise<void> {
  const { expect } = jest();
  const bytes = Buffer.from([0xfe, 0x00, 0x7b, 0x22]);
  return inNewWorld(service, given, async (world) => {
    const unreadable = given.events.slice(0, 1).map((event) => world.storeRaw(event, bytes));
    await world.deliver([...unreadable, ...world.store(given.events)]);
    expect(await given.snapshot(world.database, world)).toEqual(once);
    expect(await parkedIn(world)).toMatchObject([{ kind: 'record', valueBase64: bytes.toString('base64') }]);
  });
}

async function openWorld(service: ConformingService, given: AnyConsumerCase): Promise<ConformanceWorld> {
  const world = await openConformanceWorld(service.service, service.module);
  await given.given?.(world);
  return world;
}

async function inNewWorld(
  service: ConformingService,
  given: AnyConsumerCase,
  work: (world: ConformanceWorld) => Promise<void>,
): Promise<void> {
  const world = await openWorld(service, given);
  try {
    await work(world);
  } finally {
    await world.close();
  }
}

/** Jest's globals, taken when a suite is described: importing them would tie this library to a test process. */
function jest(): typeof jestGlobals {
  return globalThis as unknown as typeof jestGlobals;
}
