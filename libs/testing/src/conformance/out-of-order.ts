import type * as jestGlobals from '@jest/globals';
import { SERVICES, type EventNature, type NewEvent, type StatefulServiceName } from '#libs/contracts';
import { Parking, type ParkedDetail } from '#libs/messaging';
import { sql, trustedSql, type Database } from '#libs/persistence';
import type { ConformanceWorld } from './conformance-world.ts';

export interface OutOfOrderCase {
  readonly service: StatefulServiceName;
  readonly consumerName: string;
  readonly events: readonly NewEvent[];
  readonly snapshot: (database: Database, world: ConformanceWorld) => Promise<unknown>;
  readonly world: ConformanceWorld;
  /** The end state of all events in order. */
  readonly once: unknown;
}

type Check = (expect: typeof jestGlobals.expect, given: OutOfOrderCase) => Promise<void>;

/** What each nature promises when events come in another order than they were published in. */
export const OUT_OF_ORDER: Readonly<Record<EventNature, Check>> = {
  /** Without its predecessor a difference waits behind a parked key, and is replayed in order once that has come. */
  difference: async (expect, given) => {
    const { world, events } = given;
    const before = await given.snapshot(world.database, world);
    const late = events.filter((event) => event.aggregateVersion === 1);
    const early = events.filter((event) => event.aggregateVersion > 1);
    const ahead = early.length > 0 ? early : events.slice(0, 1).map((event) => ({ ...event, aggregateVersion: 7 }));
    await world.feed(ahead);
    expect(await given.snapshot(world.database, world)).toEqual(before);
    expect(new Set((await parkedIn(world)).map(reasonOf))).toEqual(new Set(['gap']));
    if (early.length === 0) return;
    await world.feed(late);
    await world.releaseAll();
    expect(await parkedIn(world)).toEqual([]);
    expect(await given.snapshot(world.database, world)).toEqual(given.once);
  },

  /** The latest state says all: it is applied with the gap noted, and the earlier ones change nothing any more. */
  state: async (expect, given) => {
    const { world, events } = given;
    const last = [...new Map(events.map((event) => [`${event.clientId}:${event.subject}`, event])).values()];
    const hasGap = last.some((event) => event.aggregateVersion > 1);
    const ahead = hasGap ? last : last.map((event) => ({ ...event, aggregateVersion: 7 }));
    await world.feed(ahead);
    const latest = await given.snapshot(world.database, world);
    expect(await gapsIn(given)).toBe(ahead.filter((event) => event.aggregateVersion > 1).length);
    const appended = await world.appended();
    await world.feed(events.filter((event) => !ahead.includes(event)));
    expect(await given.snapshot(world.database, world)).toEqual(latest);
    expect(await world.appended()).toEqual(appended);
    expect(await parkedIn(world)).toEqual([]);
  },

  /** Facts stand alone: any order gives the same end. */
  fact: async (expect, given) => {
    const { world, events } = given;
    await world.feed([...events].reverse());
    expect(await given.snapshot(world.database, world)).toEqual(given.once);
    expect(await parkedIn(world)).toEqual([]);
  },
};

/** Everything parked in the service, keys and records, with what waits. */
export async function parkedIn(world: ConformanceWorld): Promise<ParkedDetail[]> {
  const parking = world.app.get(Parking, { strict: false });
  const shown = await Promise.all((await parking.list()).map(({ id }) => parking.show(id)));
  return shown.filter((parked) => parked !== undefined);
}

function reasonOf(parked: ParkedDetail): string {
  return parked.reason.split(':')[0] ?? '';
}

async function gapsIn({ world, service, consumerName }: OutOfOrderCase): Promise<number> {
  const { gaps } = await world.database.inTransaction((tx) =>
    tx.one<{ gaps: string }>(sql`
      SELECT count(*) AS gaps FROM ${trustedSql(SERVICES[service].schema)}.consumer_gap WHERE consumer = ${consumerName}`),
  );
  return Number(gaps);
}
