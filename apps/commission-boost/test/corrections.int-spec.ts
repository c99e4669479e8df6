import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from '#libs/persistence';
import { aCreatorId } from '#libs/testing';
import type { CreatorId } from '#libs/kernel';
import type { Boost } from '../src/domain/boost/boost.ts';
import { ClientWorld, openBoostWorld, type BoostWorld } from './boost-world.ts';

const CORRECTED = 'laurel.boost-reading.corrected.v1';
const ALERT = 'laurel.alert.raised.v1';

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

async function corrections(boost: Pick<Boost, 'id'>): Promise<string[]> {
  const rows = await world.database.inTenant(client.clientId, (tx) =>
    tx.many<{ told: string }>(sql`
      SELECT reading || ' ' || business_date || ' by ' || sync_sequence || ': ' || difference_minor AS told
      FROM commission_boost.reading_correction WHERE boost_id = ${boost.id} ORDER BY sync_sequence, reading`),
  );
  return rows.map(({ told }) => told);
}

const toldOf = async (kind: string) =>
  (await client.announced(kind))
    .map(({ data }) => data)
    .filter((data) => data['kind'] === undefined || data['kind'] === 'corrected_after_reading');

describe('a further file of a date at which a boost was read', () => {
  it('changes no reading; what it changed is kept, told as an event and as an alert, once', async () => {
    const { id } = await client.claim({ creatorId, scheduledDate: '2026-01-06', durationDays: 7 });
    await client.feedAndApply('2026-01-06', gmv(10_000n));
    await client.feedAndApply('2026-01-06', gmv(10_500n));
    await client.feedAndApply('2026-01-13', gmv(20_010n));
    await client.feedAndApply('2026-01-13', gmv(19_000n));
    await client.feedAndApply('2026-01-13', gmv(19_800n));
    await client.feedAndApply('2026-01-14', gmv(30_000n));
    expect(await client.boost(id)).toMatchObject({ expiry: { deltaMinor: 10_010n, calculatedPayoutMinor: 501n } });
    expect(await corrections({ id })).toEqual([
      'activation 2026-01-06 by 2: 500',
      'expiry 2026-01-13 by 4: -1010',
      'expiry 2026-01-13 by 5: 800',
    ]);
    const events = await client.announced(CORRECTED);
    expect(events.map(({ data }) => data['differenceMinor'])).toEqual(['500', '-1010', '800']);
    expect(events[1]).toMatchObject({
      version: 1,
      data: { boostId: id, creatorId, reading: 'expiry', businessDate: '2026-01-13', syncSequence: 4 },
    });
    const alerts = await toldOf(ALERT);
    expect(alerts).toHaveLength(3);
    expect(alerts[1]).toMatchObject({ boostId: id, facts: { reading: 'expiry', differenceMinor: '-1010' } });
    await world.moveDueBoosts.execute(client.clientId);
    expect(await client.announced(CORRECTED)).toHaveLength(3);
  });

  it('says nothing where it changed nothing, and of nobody who was not read at that date', async () => {
    const other = aCreatorId();
    const { id } = await client.claim({ creatorId, scheduledDate: '2026-01-06', durationDays: 7 });
    await client.claim({ creatorId: other, scheduledDate: '2026-01-09', durationDays: 7 });
    await client.feedAndApply(
      '2026-01-06',
      new Map([
        [creatorId, 100n],
        [other, 100n],
      ]),
    );
    await client.feedAndApply(
      '2026-01-06',
      new Map([
        [creatorId, 100n],
        [other, 700n],
      ]),
    );
    expect(await corrections({ id })).toEqual([]);
    expect(await client.announced(CORRECTED)).toEqual([]);
  });

  it('is told of a boost that is paid already', async () => {
    const { id } = await client.claim({ creatorId, scheduledDate: '2026-01-06', durationDays: 7 });
    await client.feedAndApply('2026-01-06', gmv(10_000n));
    await client.feedAndApply('2026-01-13', gmv(9_000n));
    const order = { boostId: id, adminId: 'admin-1', transactionId: null, overrideHoldReason: 'a test of an hour' };
    await client.inLane(creatorId, (tx) => world.payBoost.execute(order, tx));
    await client.feedAndApply('2026-01-13', gmv(12_000n));
    expect((await client.boost(id)).status).toBe('paid');
    expect(await corrections({ id })).toEqual(['expiry 2026-01-13 by 3: 3000']);
  });

  it('that has come before the claim’s event is told all the same', async () => {
    await client.feedAndApply('2026-01-06', gmv(10_000n));
    await client.feedAndApply('2026-01-06', gmv(11_000n));
    await client.feedAndApply('2026-01-13', gmv(20_000n));
    await client.feedAndApply('2026-01-13', gmv(20_100n));
    const { id } = await client.claim({ creatorId, scheduledDate: '2026-01-05', durationDays: 7 });
    await world.moveDueBoosts.execute(client.clientId);
    expect(await client.boost(id)).toMatchObject({ status: 'pending_info', expiry: { deltaMinor: 10_000n } });
    expect(await corrections({ id })).toEqual(['activation 2026-01-06 by 2: 1000', 'expiry 2026-01-13 by 4: 100']);
    expect(await toldOf(CORRECTED)).toHaveLength(2);
  });

  it('that is seen before it is reached waits until then', async () => {
    const { id } = await client.claim({ creatorId, scheduledDate: '2026-01-06', durationDays: 7 });
    await client.feedAndApply('2026-01-06', gmv(10_000n));
    await client.feed('2026-01-06', gmv(11_000n));
    await world.moveDueBoosts.execute(client.clientId);
    expect(await corrections({ id })).toEqual([]);
    await client.apply();
    expect(await corrections({ id })).toEqual(['activation 2026-01-06 by 2: 1000']);
  });

  it('whose sales were parked is told when they are released', async () => {
    const { id } = await client.claim({ creatorId, scheduledDate: '2026-01-06', durationDays: 7 });
    await client.feedAndApply('2026-01-06', gmv(10_000n));
    await client.feedAndApply('2026-01-06');
    await client.feedAndApply('2026-01-08');
    await client.sold(creatorId, { syncSequence: 2, businessDate: '2026-01-06', previous: '2026-01-06' }, 10_750n);
    await world.moveDueBoosts.execute(client.clientId);
    expect(await corrections({ id })).toEqual(['activation 2026-01-06 by 2: 750']);
  });

  it('over all lanes, for many at once, by several processes, is told once of each', async () => {
    const creators = Array.from({ length: 40 }, () => aCreatorId());
    for (const creator of creators) await client.claim({ creatorId: creator, scheduledDate: '2026-01-06' });
    const all = (minor: bigint) => new Map(creators.map((creator) => [creator, minor]));
    await client.feedAndApply('2026-01-06', all(1_000n));
    await client.feed('2026-01-06', all(1_200n));
    await Promise.all([client.apply(), client.apply(), client.apply()]);
    const events = await client.announced(CORRECTED);
    expect(new Set(events.map(({ data }) => data['creatorId']))).toEqual(new Set(creators));
    expect(events).toHaveLength(40);
  });
});
