import { randomUUID } from 'node:crypto';
import { CreatorSalesRecordedV1, SyncCompletedV1 } from '#libs/contracts';
import type { ClientId } from '#libs/kernel';
import {
  Consumes,
  encodeEnvelope,
  recordCompletedSyncs,
  Watermark,
  type EventBatch,
  type EventConsumer,
} from '#libs/messaging';
import { sql, type TenantTransaction } from '#libs/persistence';
import { openConformanceWorld, type ConformanceWorld } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createEffects, readEffects, recordEffects, versionsOf } from './effects.ts';
import { messagingAppModule } from './messaging-app.ts';
import { salesOf, someIds, syncCompleted } from './sales-events.ts';

const CLIENT = randomUUID() as ClientId;
const [BAD = '', GOOD = '', THIRD = ''] = someIds(3);
const failing = new Set<string>();

@Consumes(CreatorSalesRecordedV1, { name: 'redemption.book' })
class Book implements EventConsumer<typeof CreatorSalesRecordedV1> {
  async handle(batch: EventBatch<typeof CreatorSalesRecordedV1>, tx: TenantTransaction): Promise<void> {
    await recordEffects(tx, 'redemption.book', batch);
    if (batch.events.some((event) => failing.has(event.aggregateId))) throw new Error('not this one');
  }
}

@Consumes(SyncCompletedV1, { name: 'redemption.record-completed-sync' })
class RecordCompletedSync implements EventConsumer<typeof SyncCompletedV1> {
  handle(batch: EventBatch<typeof SyncCompletedV1>, tx: TenantTransaction): Promise<void> {
    return recordCompletedSyncs(tx, 'redemption', batch.events);
  }
}

describe('the watermark', () => {
  let world: ConformanceWorld;
  let watermark: Watermark;

  beforeEach(async () => {
    failing.clear();
    world = await openConformanceWorld('redemption', (environment) =>
      messagingAppModule({ ...environment, consumers: [Book, RecordCompletedSync] }),
    );
    await createEffects(world.testDatabase);
    watermark = world.app.get(Watermark);
  });
  afterEach(async () => {
    await world.close();
  });

  async function apply(sequence: number): Promise<boolean> {
    return world.database.inTransaction((tx) => watermark.markApplied(tx, CLIENT, sequence));
  }

  it('moves only when the sync is completed and every event of it is seen, whichever comes first', async () => {
    const events = salesOf(CLIENT, [GOOD, BAD, THIRD], [1]);
    await world.feed(events.slice(0, 2));
    expect(await watermark.clientsWithOpenSyncs()).toEqual([]);
    expect(await watermark.advance(CLIENT)).toBeUndefined();
    await world.feed([syncCompleted(CLIENT, 1, 3)]);
    expect(await watermark.clientsWithOpenSyncs()).toEqual([CLIENT]);
    expect(await watermark.advance(CLIENT)).toBeUndefined();
    await world.feed(events.slice(2));
    const sync = { clientId: CLIENT, sequence: 1, businessDate: '2025-01-01', previousBusinessDate: null, expected: 3 };
    expect(await watermark.advance(CLIENT)).toMatchObject(sync);
    expect(await watermark.advance(CLIENT)).toMatchObject(sync);
  });

  it('goes sync by sync: the next is reached only when this one is applied, which happens once', async () => {
    await world.feed(salesOf(CLIENT, [GOOD], [1, 2]));
    await world.feed([syncCompleted(CLIENT, 1, 1), syncCompleted(CLIENT, 2, 1)]);
    expect(await apply(1)).toBe(false);
    expect(await watermark.advance(CLIENT)).toMatchObject({ sequence: 1 });
    expect(await apply(2)).toBe(false);
    expect((await Promise.all([apply(1), apply(1), apply(1)])).filter(Boolean)).toHaveLength(1);
    expect(await watermark.advance(CLIENT)).toMatchObject({ sequence: 2, previousBusinessDate: '2025-01-01' });
    expect(await apply(2)).toBe(true);
    expect(await watermark.clientsWithOpenSyncs()).toEqual([]);
    expect(await watermark.advance(CLIENT)).toBeUndefined();
  });

  it('counts an event once, however often it is delivered', async () => {
    const records = world.store(salesOf(CLIENT, [GOOD], [1]));
    await world.deliver(records);
    await world.deliver(records);
    await world.feed([syncCompleted(CLIENT, 1, 2)]);
    expect(await watermark.advance(CLIENT)).toBeUndefined();
  });

  it('moves on past a parked key sync after sync, and counts nothing again when the key is released', async () => {
    failing.add(BAD);
    for (const sequence of [1, 2, 3]) {
      const records = world.store(salesOf(CLIENT, [BAD, GOOD], [sequence]));
      await world.deliver(records);
      await world.deliver(records);
      await world.feed([syncCompleted(CLIENT, sequence, 2)]);
      expect(await watermark.advance(CLIENT)).toMatchObject({ sequence });
      expect(await apply(sequence)).toBe(true);
    }
    expect(versionsOf(await readEffects(world.testDatabase))).toEqual({ [GOOD]: [1, 2, 3] });
    failing.clear();
    await world.releaseAll();
    expect(versionsOf(await readEffects(world.testDatabase))).toEqual({ [GOOD]: [1, 2, 3], [BAD]: [1, 2, 3] });
    expect(await seen()).toEqual([2, 2, 2]);
  });

  it('moves on past an unreadable event that tells its sync, counted once, its creator parked, and stops at one that does not', async () => {
    const [broken, silent] = salesOf(CLIENT, [BAD, GOOD], [1]);
    if (broken === undefined || silent === undefined) throw new Error('two events are needed');
    const told = { ...broken, data: { ...broken.data, differences: 'none' } } as unknown as typeof broken;
    const bytes = Buffer.from(
      encodeEnvelope({ event: told, id: randomUUID(), time: 'now', source: 'x', traceparent: undefined }),
    );
    await world.deliver([world.storeRaw(broken, bytes), world.storeRaw(broken, bytes)]);
    await world.feed([syncCompleted(CLIENT, 1, 1)]);
    expect(await seen()).toEqual([1]);
    expect(await watermark.advance(CLIENT)).toMatchObject({ sequence: 1 });
    await apply(1);
    expect(await parkedCreators()).toEqual([BAD]);
    await world.deliver([world.storeRaw(silent, Buffer.from('{'))]);
    await world.feed([syncCompleted(CLIENT, 2, 1)]);
    expect(await watermark.advance(CLIENT)).toBeUndefined();
  });

  /** Whoever decides what falls due leaves these out. */
  async function parkedCreators(): Promise<string[]> {
    const rows = await world.database.inTransaction((tx) =>
      tx.many<{ aggregate_id: string }>(sql`SELECT aggregate_id FROM redemption.parked_key ORDER BY aggregate_id`),
    );
    return rows.map((row) => row.aggregate_id);
  }

  async function seen(): Promise<number[]> {
    const rows = await world.database.inTransaction((tx) =>
      tx.many<{ seen: string }>(sql`
        SELECT sum(seen)::bigint AS seen FROM redemption.sync_count GROUP BY client_id, sequence ORDER BY sequence`),
    );
    return rows.map((row) => Number(row.seen));
  }
});
