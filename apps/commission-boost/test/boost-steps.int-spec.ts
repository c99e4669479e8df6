import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from '#libs/persistence';
import { aCreatorId } from '#libs/testing';
import type { CreatorId } from '#libs/kernel';
import { ClientWorld, openBoostWorld, type BoostWorld } from './boost-world.ts';

const STATUS_CHANGED = 'laurel.boost.status-changed.v1';
const SYNC_APPLIED = 'laurel.sync-application.finished.v1';
const ALL_STEPS_BY_ITSELF = [
  'null -> scheduled by creator',
  'scheduled -> active by system',
  'active -> expired by system',
  'expired -> pending_info by system',
];

let world: BoostWorld;
let client: ClientWorld;
let creatorId: CreatorId;

beforeAll(async () => {
  world = await openBoostWorld();
});
afterAll(() => world.testDatabase.drop());
beforeEach(() => {
  client = new ClientWorld(world);
  creatorId = aCreatorId();
});

const gmv = (minor: bigint) => new Map([[creatorId, minor]]);

describe('a boost, by complete syncs', () => {
  it('is activated by the first one on or after its date, and expires by the first on or after the expiry date', async () => {
    await client.feedAndApply('2026-01-04', gmv(100_000n));
    const { id } = await client.claim({ creatorId, scheduledDate: '2026-01-06', durationDays: 7 });
    await client.feedAndApply('2026-01-05', gmv(110_000n));
    expect((await client.boost(id)).status).toBe('scheduled');

    await client.feedAndApply('2026-01-08', gmv(120_000n));
    expect(await client.boost(id)).toMatchObject({
      status: 'active',
      activation: { reading: { sync: { sequence: 3, businessDate: '2026-01-08' }, gmvMinor: 120_000n } },
    });
    expect((await client.boost(id)).activation?.expiryDate).toBe('2026-01-15');
    expect((await client.boost(id)).activation?.activatedAt.toISOString()).toBe('2026-01-08T19:00:00.000Z');

    await client.feedAndApply('2026-01-14', gmv(150_000n));
    expect((await client.boost(id)).status).toBe('active');
    await client.feedAndApply('2026-01-15', gmv(177_500n));
    expect(await client.boost(id)).toMatchObject({
      status: 'pending_info',
      expiry: { reading: { sync: { sequence: 5 }, gmvMinor: 177_500n }, deltaMinor: 57_500n },
      finalPayoutMinor: 2_875n,
    });
  });

  it('keeps its readings when a second file of the same date comes', async () => {
    const { id } = await client.claim({ creatorId, scheduledDate: '2026-01-06', durationDays: 7 });
    await client.feedAndApply('2026-01-06', gmv(10_000n));
    await client.feedAndApply('2026-01-06', gmv(99_000n));
    await client.feedAndApply('2026-01-13', gmv(20_010n));
    await client.feedAndApply('2026-01-13', gmv(99_000n));
    expect(await client.boost(id)).toMatchObject({ expiry: { deltaMinor: 10_010n, calculatedPayoutMinor: 501n } });
  });

  it('reads a creator whom the sync did not move at what it had before, and one never seen at 0', async () => {
    const stranger = aCreatorId();
    await client.feedAndApply('2026-01-04', gmv(5_000n));
    const known = await client.claim({ creatorId, scheduledDate: '2026-01-06' });
    const unknown = await client.claim({ creatorId: stranger, scheduledDate: '2026-01-06' });
    await client.feedAndApply('2026-01-06');
    expect((await client.boost(known.id)).activation?.reading.gmvMinor).toBe(5_000n);
    expect((await client.boost(unknown.id)).activation?.reading.gmvMinor).toBe(0n);
  });

  it('stores a negative delta, and pays 0', async () => {
    const { id } = await client.claim({ creatorId, scheduledDate: '2026-01-06', durationDays: 7 });
    await client.feedAndApply('2026-01-06', gmv(10_000n));
    await client.feedAndApply('2026-01-13', gmv(9_000n));
    expect(await client.boost(id)).toMatchObject({
      status: 'pending_info',
      expiry: { deltaMinor: -1_000n, calculatedPayoutMinor: 0n },
      finalPayoutMinor: 0n,
    });
  });

  it('waits for a sync whose events are not all seen', async () => {
    const { id } = await client.claim({ creatorId, scheduledDate: '2026-01-06' });
    await client.feed('2026-01-06', gmv(10_000n));
    await world.testDatabase.asAdmin((tx) =>
      tx.execute(sql`UPDATE commission_boost.completed_sync SET expected = 1 WHERE client_id = ${client.clientId}`),
    );
    expect(await client.apply()).toBe(0);
    expect((await client.boost(id)).status).toBe('scheduled');
    await world.database.inTransaction((tx) =>
      tx.execute(sql`
        INSERT INTO commission_boost.sync_count (client_id, sequence, partition, seen) VALUES (${client.clientId}, 1, 3, 1)`),
    );
    expect(await client.apply()).toBe(1);
    expect((await client.boost(id)).status).toBe('active');
  });

  it('tells every step once, with gapless versions, and has a history row for each', async () => {
    const boost = await client.claim({ creatorId, scheduledDate: '2026-01-06', durationDays: 7 });
    await client.feedAndApply('2026-01-06', gmv(10_000n));
    await client.feedAndApply('2026-01-13', gmv(67_500n));
    expect(await client.history(boost)).toEqual(ALL_STEPS_BY_ITSELF);
    const events = await client.announced(STATUS_CHANGED);
    expect(events.map(({ version, data }) => [version, data['from'], data['to']])).toEqual([
      [1, null, 'scheduled'],
      [2, 'scheduled', 'active'],
      [3, 'active', 'expired'],
      [4, 'expired', 'pending_info'],
    ]);
    expect(events[2]?.data).toMatchObject({
      deltaMinor: '57500',
      calculatedPayoutMinor: '2875',
      finalPayoutMinor: '2875',
    });
    const applied = await client.announced(SYNC_APPLIED);
    expect(applied.map(({ data }) => [data['syncSequence'], data['service']])).toEqual([
      [1, 'commission-boost'],
      [2, 'commission-boost'],
    ]);
  });
});

describe('what comes late', () => {
  it('a claim after the syncs that activate and expire it goes through both, in order', async () => {
    await client.feedAndApply('2026-01-04', gmv(1_000n));
    await client.feedAndApply('2026-01-07', gmv(2_000n));
    await client.feedAndApply('2026-01-10', gmv(12_010n));
    await client.feedAndApply('2026-01-14', gmv(12_010n));
    await client.feedAndApply('2026-01-30', gmv(90_000n));
    const { id } = await client.claim({ creatorId, scheduledDate: '2026-01-05', durationDays: 7 });
    expect(await world.moveDueBoosts.execute(client.clientId)).toBe(2);
    const boost = await client.boost(id);
    expect(boost).toMatchObject({
      status: 'pending_info',
      activation: { reading: { sync: { sequence: 2 }, gmvMinor: 2_000n }, expiryDate: '2026-01-14' },
      expiry: { reading: { sync: { sequence: 4 }, gmvMinor: 12_010n }, calculatedPayoutMinor: 501n },
    });
    expect(await client.history(boost)).toEqual(ALL_STEPS_BY_ITSELF);
    expect(await world.moveDueBoosts.execute(client.clientId)).toBe(0);
  });

  it('a claim that comes twice makes one boost', async () => {
    const redemptionId = '0192f0c0-0000-7000-8000-000000000001';
    await client.claim({ creatorId, redemptionId, scheduledDate: '2026-01-06' });
    await client.feedAndApply('2026-01-06', gmv(1_000n));
    const boost = await client.claim({ creatorId, redemptionId, scheduledDate: '2026-01-06' });
    expect(boost.status).toBe('active');
    expect(await client.announced(STATUS_CHANGED)).toHaveLength(2);
  });

  it('a parked creator’s boost waits while the syncs go on, and is made up for after the release', async () => {
    const other = aCreatorId();
    const parked = await client.claim({ creatorId, scheduledDate: '2026-01-06', durationDays: 7 });
    const free = await client.claim({ creatorId: other, scheduledDate: '2026-01-06', durationDays: 7 });
    await client.feedAndApply(
      '2026-01-04',
      new Map([
        [creatorId, 100n],
        [other, 100n],
      ]),
    );
    await world.database.inTransaction((tx) =>
      tx.execute(sql`
        INSERT INTO commission_boost.parked_key (consumer, nature, client_id, aggregate_id, reason)
        VALUES ('commission-boost.record-creator-sales', 'difference', ${client.clientId}, ${creatorId}, 'planted')`),
    );
    await client.feedAndApply(
      '2026-01-06',
      new Map([
        [creatorId, 1_000n],
        [other, 1_000n],
      ]),
    );
    await client.feedAndApply(
      '2026-01-13',
      new Map([
        [creatorId, 21_000n],
        [other, 21_000n],
      ]),
    );
    expect((await client.boost(parked.id)).status).toBe('scheduled');
    expect((await client.boost(free.id)).status).toBe('pending_info');
    expect(await client.announced(SYNC_APPLIED)).toHaveLength(3);

    await world.database.inTransaction((tx) =>
      tx.execute(sql`DELETE FROM commission_boost.parked_key WHERE client_id = ${client.clientId}`),
    );
    await world.moveDueBoosts.execute(client.clientId);
    expect(await client.boost(parked.id)).toMatchObject({ status: 'pending_info', expiry: { deltaMinor: 20_000n } });
    expect((await client.boost(parked.id)).activation?.reading.sync.sequence).toBe(2);
  });
});

describe('several processes', () => {
  it('move 60 boosts over all lanes once each', async () => {
    const creators = Array.from({ length: 60 }, () => aCreatorId());
    for (const creator of creators)
      await client.claim({ creatorId: creator, scheduledDate: '2026-01-06', durationDays: 7 });
    await client.feed('2026-01-06', new Map(creators.map((creator) => [creator, 1_000n])));
    await client.feed('2026-01-20', new Map(creators.map((creator) => [creator, 31_000n])));
    await Promise.all([client.apply(), client.apply(), client.apply()]);
    await client.apply();
    const events = await client.announced(STATUS_CHANGED);
    expect(events).toHaveLength(60 * 4);
    expect(await client.announced(SYNC_APPLIED)).toHaveLength(2);
    const paying = events.filter(({ data }) => data['to'] === 'expired');
    expect(new Set(paying.map(({ data }) => data['calculatedPayoutMinor']))).toEqual(new Set(['1500']));
  });
});
