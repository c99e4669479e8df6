import type { BackfillId } from '#libs/kernel';
import { inBackground, sql } from '#libs/persistence';
import { eventually } from '#libs/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BackfillRepository } from '../src/persistence/backfill.repository.ts';
import { LoadReadingRepository } from '../src/persistence/load-reading.repository.ts';
import { CarryOnBackfill } from '../src/use-cases/carry-on-backfill.ts';
import { WatchLoad } from '../src/use-cases/watch-load.ts';
import { WorkBackfills } from '../src/use-cases/work-backfills.ts';
import { seedMembers } from './backfill-seed.ts';
import { GIFT_CARD, openRedemptionWorld, type ClientWorld, type RedemptionWorld } from './redemption-world.ts';

let world: RedemptionWorld;
beforeAll(async () => {
  world = await openRedemptionWorld();
});
afterAll(() => world.testDatabase.drop());

/** The workers of a process of its own, and what it knows of the load. */
function aProcess(workers: number, creatorsPerChunk: number) {
  const pace = { workers, creatorsPerChunk };
  const load = new WatchLoad(world.database, world.get(LoadReadingRepository), pace);
  const work = new WorkBackfills(world.database, world.get(BackfillRepository), world.get(CarryOnBackfill), load, pace);
  return { load, work };
}

async function enabledFor(client: ClientWorld, creators: number): Promise<BackfillId> {
  await seedMembers(client, creators);
  const reward = await client.reward({ ...GIFT_CARD, frequency: 'one_time' });
  await client.switchTo(reward.id, true);
  const [job] = await client.backfills();
  if (job === undefined) throw new Error('enabling plans a job');
  return job.id;
}

/** Whose chunks were committed, in order. */
async function chunksInOrder(): Promise<string[]> {
  const rows = await world.database.inTransaction((tx) =>
    tx.many<{ client: string }>(sql`
      SELECT split_part(key, ':', 1) AS client FROM redemption.outbox
      WHERE value::jsonb ->> 'type' = 'laurel.backfill.rows-changed.v1' ORDER BY xid, id`),
  );
  return rows.map(({ client }) => client);
}

describe('the workers of a process', () => {
  it('share their time fairly between jobs: a small one that comes late does not wait for a big one', async () => {
    const [big, small] = [await world.client(), await world.client()];
    const bigJob = await enabledFor(big, 20_000);
    const { work } = aProcess(2, 50);
    const workedAll = (async () => {
      while (await work.round());
    })();
    while (((await big.backfill(bigJob))?.totals.eligible ?? 0) < 200);
    const smallJob = await enabledFor(small, 300);
    await workedAll;
    while (await work.round());
    expect(await big.backfill(bigJob)).toMatchObject({ status: 'done', totals: { created: 20_000 } });
    expect(await small.backfill(smallJob)).toMatchObject({ status: 'done', totals: { created: 300 } });
    const order = await chunksInOrder();
    expect(order.filter((client) => client === small.clientId).length).toBeGreaterThanOrEqual(6);
    // The shares are of time, so a machine that stands still for a moment moves the counts; the order it does not.
    expect(order.lastIndexOf(small.clientId)).toBeLessThan(order.lastIndexOf(big.clientId));
  }, 60_000);
});

describe('workers that do harm', () => {
  // What the processes of a test said last counts for ten seconds more, and what its statements took is told by the next.
  beforeEach(async () => {
    await world.testDatabase.asAdmin((tx) => tx.execute(sql`DELETE FROM redemption.load_reading`));
    world.database.foreground.read(true);
  });

  /** As the relay does when it has published everything. */
  const publishAll = () =>
    world.testDatabase.asAdmin((tx) =>
      tx.execute(sql`
        UPDATE redemption.relay_cursor c SET (xid, id) =
          (SELECT coalesce(max(xid), '0'::xid8), coalesce(max(id), 0) FROM redemption.outbox o WHERE o.shard = c.shard)`),
    );

  it('to the relay, work less until it has caught up, and the job says so', async () => {
    const client = await world.client();
    const id = await enabledFor(client, 500);
    const { load, work } = aProcess(1, 25);
    await world.testDatabase.asAdmin((tx) =>
      tx.execute(sql`UPDATE redemption.outbox SET written_at = written_at - interval '250 milliseconds'`),
    );
    await load.look();
    expect(load.throttle).toMatchObject({ share: 0.5, throttledBy: 'relay_lag' });
    await work.round();
    const throttled = await client.inTenant((tx) =>
      tx.many<{ value: string }>(sql`
        SELECT value FROM redemption.outbox WHERE key LIKE ${`${client.clientId}:%`} AND value::jsonb ->> 'subject' = ${id}
          AND value::jsonb -> 'data' ->> 'throttledBy' = 'relay_lag'`),
    );
    expect(throttled.length).toBeGreaterThan(0);
    await publishAll();
    const shares: number[] = [];
    for (let second = 0; load.throttle.share < 1 && second < 60; second += 1) {
      await load.look();
      shares.push(load.throttle.share);
    }
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(load.throttle).toMatchObject({ share: 1, throttledBy: null });
    while (await work.round());
    expect(await client.backfill(id)).toMatchObject({ status: 'done', throttledBy: null });
  }, 60_000);

  it('to requests, work less at the second look at the latest, and as before once those are quick again', async () => {
    const client = await world.client();
    const { load } = aProcess(1, 25);
    await publishAll();
    const today = sql`
      SELECT programme_date FROM redemption.programme_date WHERE client_id = ${client.clientId} FOR UPDATE`;
    const ask = () => client.inTenant((tx) => tx.execute(today));
    const askOften = async () => {
      for (let asked = 0; asked < 12; asked += 1) await ask();
    };
    /** Another session has the row until the request has waited for it long enough to be hurt. */
    const askInVain = async () => {
      const held = Promise.withResolvers<void>();
      const inTheWay = inBackground(() =>
        client.inTenant(async (tx) => {
          await tx.execute(today);
          held.resolve();
          await eventually(async () => {
            // Within a transaction Postgres shows who does what as it was at the first look.
            await tx.execute(sql`SELECT pg_stat_clear_snapshot()`);
            return tx.maybeOne(sql`
              SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
                AND clock_timestamp() - query_start > interval '50 milliseconds'`);
          });
        }),
      );
      await held.promise;
      await Promise.all([ask(), inTheWay]);
    };
    await load.look();
    await askOften();
    await load.look();
    expect(load.throttle.share).toBe(1);
    for (let second = 0; second < 2; second += 1) {
      await load.turn(async () => {
        for (let asked = 0; asked < 12; asked += 1) await askInVain();
      });
      await load.look();
    }
    expect(load.throttle.share).toBeLessThanOrEqual(0.5);
    expect(load.throttle.throttledBy).toBe('foreground_latency');
    for (let second = 0; load.throttle.share < 1 && second < 60; second += 1) {
      await load.turn(askOften);
      await load.look();
    }
    expect(load.throttle).toMatchObject({ share: 1, throttledBy: null });
  }, 60_000);
});
