import type * as jestGlobals from '@jest/globals';
import type { EventDefinition, NewEvent, StatefulServiceName } from '#libs/contracts';
import { declarationOf, Parking, type EventConsumer } from '#libs/messaging';
import { sql, trustedSql, type Database } from '#libs/persistence';
import { SERVICES } from '#libs/contracts';
import type { DynamicModule, Type } from '@nestjs/common';
import { openConformanceWorld, type ConformanceEnvironment, type ConformanceWorld } from './conformance-world.ts';
import { listConsumers } from './list-consumers.ts';

export interface ConsumerSuite<E extends EventDefinition = EventDefinition> {
  /** The class that is declared with `@Consumes`. */
  readonly consumer: Type<EventConsumer<E>>;
  readonly service: StatefulServiceName;
  /** The service's module; with no roles it starts nothing and needs no broker. */
  readonly module: (environment: ConformanceEnvironment) => Type | DynamicModule | Promise<Type | DynamicModule>;
  /** What must be there before: `world.feed` hands events to any consumer of the service. */
  readonly given?: (world: ConformanceWorld) => Promise<void>;
  /** In the order of their publication, versions gapless from 1 per subject; two of one subject where that can be. */
  readonly events: readonly NewEvent<E>[];
  /** All that the consumer changes, without generated ids and times: two runs on two databases must give the same. */
  readonly snapshot: (database: Database, world: ConformanceWorld) => Promise<unknown>;
}

/**
 * Describes the suite that every consumer passes: each event once, twice, after a crash between commit and
 * acknowledgement, out of order, of an unknown version, as unreadable bytes.
 */
export function describeConsumer<E extends EventDefinition>(suite: ConsumerSuite<E>): void {
  const { describe, it, expect, beforeAll, afterAll } = globalThis as unknown as typeof jestGlobals;
  const declared = declarationOf(suite.consumer);
  if (declared === undefined) throw new Error(`${suite.consumer.name} is not declared with @Consumes`);

  describe(`${declared.name} conforms`, () => {
    let once: unknown;
    let untouched: unknown;
    let world: ConformanceWorld;

    beforeAll(async () => {
      world = await openWorld(suite);
      untouched = await suite.snapshot(world.database, world);
      await world.deliver(world.store(suite.events));
      once = await suite.snapshot(world.database, world);
    });
    afterAll(async () => {
      await world.close();
    });

    async function inNewWorld(work: (fresh: ConformanceWorld) => Promise<void>): Promise<void> {
      const fresh = await openWorld(suite);
      try {
        await work(fresh);
      } finally {
        await fresh.close();
      }
    }

    it('once: has an effect and parks nothing', async () => {
      expect(once).not.toEqual(untouched);
      expect(await parkedIn(world)).toEqual([]);
    });

    it('twice: read again from the beginning, two times, nothing new happens', () =>
      inNewWorld(async (fresh) => {
        const records = fresh.store(suite.events);
        await fresh.deliver(records);
        const appended = await fresh.appended();
        await fresh.deliver(records);
        await fresh.deliver(records);
        expect(await suite.snapshot(fresh.database, fresh)).toEqual(once);
        expect(await fresh.appended()).toEqual(appended);
      }));

    it('crash: killed between commit and acknowledgement, the redelivery changes nothing', () =>
      inNewWorld(async (fresh) => {
        const records = fresh.store(suite.events);
        for (const record of records) {
          await fresh.deliverAndCrash([record]);
          await fresh.deliver([record]);
        }
        expect(await suite.snapshot(fresh.database, fresh)).toEqual(once);
        expect(await parkedIn(fresh)).toEqual([]);
      }));

    it('out of order: what came too late changes nothing, what came too early waits or says all', () =>
      inNewWorld(async (fresh) => {
        const before = await suite.snapshot(fresh.database, fresh);
        await outOfOrder[declared.definition.nature](expect, { suite, world: fresh, before, once });
      }));

    it('unknown version: is passed over', async () => {
      const [event] = suite.events;
      if (event === undefined) throw new Error('a suite needs events');
      const [like] = world.store([event]);
      const text = like?.value?.toString('utf8').replace(event.definition.type, `${event.definition.type}999`) ?? '';
      await world.deliver([world.storeRaw(event, Buffer.from(text))]);
      expect(await suite.snapshot(world.database, world)).toEqual(once);
      expect(await parkedIn(world)).toEqual([]);
    });

    it('unreadable bytes: are kept with the reason, and what comes after them is handled', () =>
      inNewWorld(async (fresh) => {
        const [event] = suite.events;
        if (event === undefined) throw new Error('a suite needs events');
        const bytes = Buffer.from([0xfe, 0x00, 0x7b, 0x22]);
        await fresh.deliver([fresh.storeRaw(event, bytes), ...fresh.store(suite.events)]);
        expect(await suite.snapshot(fresh.database, fresh)).toEqual(once);
        expect(await parkedIn(fresh)).toMatchObject([{ kind: 'record', valueBase64: bytes.toString('base64') }]);
      }));
  });
}

/** One suite for each consumer that the module registers; a consumer without one fails here. */
export function describeEveryConsumer(
  module: Type | DynamicModule | (() => Type | DynamicModule),
  suites: readonly ConsumerSuite<never>[],
): void {
  const { describe, it, expect } = globalThis as unknown as typeof jestGlobals;
  describe('consumers', () => {
    it('have a conformance suite each', async () => {
      const registered = await listConsumers(isFactory(module) ? module() : module);
      expect(suites.map((suite) => declarationOf(suite.consumer)?.name).sort()).toEqual(registered);
    });
    for (const suite of suites) describeConsumer(suite as unknown as ConsumerSuite);
  });
}
