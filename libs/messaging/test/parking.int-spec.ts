import { randomUUID } from 'node:crypto';
import { CreatorSalesRecordedV1, newEvent, SyncAppliedV1, type NewEvent } from '#libs/contracts';
import { Consumes, Parking, type EventBatch, type EventConsumer, type ParkedKey } from '#libs/messaging';
import { sql, type TenantTransaction } from '#libs/persistence';
import { openConformanceWorld, type ConformanceWorld } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createEffects, readEffects, recordEffects, versionsOf } from './effects.ts';
import { messagingAppModule } from './messaging-app.ts';
import { salesOf, someIds } from './sales-events.ts';

const CLIENT = randomUUID();
const [BAD = '', GOOD = ''] = someIds(2);
/** `aggregate version` of events that the handler can not take. */
const failing = new Set<string>();
/** Client, subject and version that the consumer was told of. */
const dropped: (string | number)[][] = [];
let calls = 0;

async function bookUnlessFailing(name: string, batch: EventBatch, tx: TenantTransaction): Promise<void> {
  calls += 1;
  await recordEffects(tx, name, batch);
  for (const event of batch.events) {
    if (failing.has(`${event.aggregateId} ${event.aggregateVersion}`))
      throw new Error(`can not take ${event.aggregateVersion}`);
  }
}

@Consumes(CreatorSalesRecordedV1, { name: 'redemption.book' })
class Book implements EventConsumer<typeof CreatorSalesRecordedV1> {
  handle(batch: EventBatch<typeof CreatorSalesRecordedV1>, tx: TenantTransaction): Promise<void> {
    return bookUnlessFailing('redemption.book', batch, tx);
  }

  async discarded(batch: EventBatch<typeof CreatorSalesRecordedV1>, tx: TenantTransaction): Promise<void> {
    const { now } = await tx.one<{ now: string }>(sql`SELECT current_setting('laurel.client_id') AS now`);
    for (const { subject, aggregateVersion } of batch.events) dropped.push([now, subject, aggregateVersion]);
  }
}

@Consumes(SyncAppliedV1, { name: 'redemption.note-sync' })
class NoteSync implements EventConsumer<typeof SyncAppliedV1> {
  handle(batch: EventBatch<typeof SyncAppliedV1>, tx: TenantTransaction): Promise<void> {
    return bookUnlessFailing('redemption.note-sync', batch, tx);
  }
}

describe('parked keys', () => {
  let world: ConformanceWorld;
  let parking: Parking;

  beforeEach(async () => {
    failing.clear();
    calls = 0;
    world = await openConformanceWorld('redemption', (environment) =>
      messagingAppModule({ ...environment, consumers: [Book, NoteSync] }),
    );
    await createEffects(world.testDatabase);
    parking = world.app.get(Parking);
  });
  afterEach(async () => {
    await world.close();
  });

  async function versions(): Promise<Record<string, number[]>> {
    return versionsOf(await readEffects(world.testDatabase));
  }

  async function onlyKey(): Promise<ParkedKey> {
    const [parked, ...others] = await parking.list();
    if (parked?.kind !== 'key' || others.length > 0)
      throw new Error(`expected one parked key, got ${others.length + 1}`);
    return parked;
  }

  function audit(): Promise<{ action: string; actor: string; detail: string }[]> {
    return world.database.inTransaction((tx) =>
      tx.many(sql`SELECT action, actor, detail FROM redemption.parked_audit ORDER BY id`),
    );
  }

  it('are found by halving: one bad event among a thousand costs tens of calls, not hundreds', async () => {
    const creators = someIds(999);
    const samePartition = world.store(salesOf(CLIENT, [...creators, BAD], [1])).map((record) => record.partition);
    failing.add(`${BAD} 1`);
    await world.feed(salesOf(CLIENT, [...creators, BAD], [1]));
    expect(new Set(samePartition).size).toBeGreaterThan(1);
    expect(calls).toBeLessThan(60);
    expect(Object.keys(await versions())).toHaveLength(999);
    expect(await onlyKey()).toMatchObject({
      aggregateId: BAD,
      reason: 'Error: can not take 1',
      waitingEvents: 1,
      attempts: 1,
    });
  });

  it('hold everything of the key back, in order, while other keys flow, and show it', async () => {
    failing.add(`${BAD} 2`);
    await world.feed(salesOf(CLIENT, [BAD, GOOD], [1, 2, 3, 4]));
    expect(await versions()).toEqual({ [BAD]: [1], [GOOD]: [1, 2, 3, 4] });
    const shown = await parking.show((await onlyKey()).id);
    expect(shown).toMatchObject({ kind: 'key', events: [2, 3, 4].map((aggregateVersion) => ({ aggregateVersion })) });
    expect(await parking.show(randomUUID())).toBeUndefined();
  });

  it('are replayed in order when they are released, and go on where they stood', async () => {
    failing.add(`${BAD} 2`);
    const later = Array.from({ length: 1200 }, (_, index) => index + 1);
    await world.feed(salesOf(CLIENT, [BAD], later));
    failing.clear();
    await world.releaseAll();
    expect(await parking.list()).toEqual([]);
    await world.feed(salesOf(CLIENT, [BAD], [1201]));
    expect((await versions())[BAD]).toEqual([...later, 1201]);
    expect((await audit()).map(({ action, actor }) => `${action} by ${actor}`)).toEqual([
      'release by conformance',
      'released by system',
    ]);
  });

  it('are parked again, at the event that fails, with the new reason', async () => {
    failing.add(`${BAD} 2`);
    await world.feed(salesOf(CLIENT, [BAD], [1, 2, 3, 4, 5]));
    failing.clear();
    failing.add(`${BAD} 4`);
    await world.releaseAll();
    expect((await versions())[BAD]).toEqual([1, 2, 3]);
    expect(await onlyKey()).toMatchObject({
      status: 'parked',
      reason: 'Error: can not take 4',
      waitingEvents: 2,
      attempts: 2,
    });
  });

  it('take what comes again into the queue only once', async () => {
    failing.add(`${BAD} 1`);
    const records = world.store(salesOf(CLIENT, [BAD], [1, 2]));
    await world.deliver(records);
    await world.deliver(records);
    await world.feed(salesOf(CLIENT, [BAD], [2]));
    expect(await onlyKey()).toMatchObject({ waitingEvents: 2 });
  });

  it('that are discarded drop what waits, also from a replay, and let the next event through', async () => {
    failing.add(`${BAD} 2`);
    const records = world.store(salesOf(CLIENT, [BAD], [1, 2, 3]));
    await world.deliver(records);
    failing.clear();
    await parking.discard((await onlyKey()).id, 'operator-1');
    expect(dropped).toEqual([[CLIENT, BAD, 3]]);
    await world.deliver(records);
    await world.feed(salesOf(CLIENT, [BAD], [4]));
    expect((await versions())[BAD]).toEqual([1, 4]);
    expect(await audit()).toEqual([
      { action: 'discard', actor: 'operator-1', detail: `2 events dropped; ${BAD} 1 -> 3` },
    ]);
  });

  it('of facts are claimed when they are discarded', async () => {
    const records = world.store([syncApplied()]);
    failing.add(`${CLIENT} 1`);
    await world.deliver(records);
    failing.clear();
    await parking.discard((await onlyKey()).id, 'operator-1');
    await world.deliver(records);
    expect(await versions()).toEqual({});
    await world.feed([syncApplied()]);
    expect(await versions()).toEqual({ [CLIENT]: [1] });
  });

  it('refuse what their state does not allow', async () => {
    await world.feed(salesOf(CLIENT, [BAD], [2]));
    const [event] = salesOf(CLIENT, [GOOD], [1]);
    await world.deliver(event === undefined ? [] : [world.storeRaw(event, Buffer.from('{'))]);
    const [key, record] = await parking.list();
    await expect(parking.release(randomUUID(), 'o')).rejects.toMatchObject({ code: 'not_found' });
    await expect(parking.release('nonsense', 'o')).rejects.toMatchObject({ code: 'not_found' });
    await expect(parking.release(record?.id ?? '', 'o')).rejects.toMatchObject({ code: 'parked.illegal_state' });
    await parking.discard(record?.id ?? '', 'o');
    await expect(parking.discard(record?.id ?? '', 'o')).rejects.toMatchObject({ code: 'parked.illegal_state' });
    await parking.release(key?.id ?? '', 'o');
    await expect(parking.release(key?.id ?? '', 'o')).rejects.toMatchObject({ code: 'parked.illegal_state' });
    await expect(parking.discard(key?.id ?? '', 'o')).rejects.toMatchObject({ code: 'parked.illegal_state' });
    expect(await parking.list()).toHaveLength(1);
  });
});

function syncApplied(): NewEvent<typeof SyncAppliedV1> {
  const syncId = randomUUID();
  return newEvent(SyncAppliedV1, {
    clientId: CLIENT,
    aggregateId: CLIENT,
    subject: `${syncId}:tier-evaluation`,
    aggregateVersion: 1,
    data: { syncId, syncSequence: 1, businessDate: '2025-01-06', service: 'tier-evaluation' },
  });
}
