import type { CreatorId, RewardId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ClientPartitionRepository } from '../src/persistence/client-partition.repository.ts';
import { ClientPartitionsReconciler } from '../src/reconcilers/client-partitions.reconciler.ts';
import { FollowClient } from '../src/use-cases/follow-client.ts';
import { ClientWorld, GIFT_CARD, openRedemptionWorld, SPARK_ADS, type RedemptionWorld } from './redemption-world.ts';

const NEW_CLIENTS = 50;
const LONGEST_MS = 1_000;

let world: RedemptionWorld;
beforeAll(async () => {
  world = await openRedemptionWorld();
});
afterAll(() => world.testDatabase.drop());

interface Busy {
  readonly client: ClientWorld;
  readonly creators: readonly CreatorId[];
  readonly claimed: RewardId;
}

async function busyClient(): Promise<Busy> {
  const client = await world.client();
  const creators = await client.onboard(60);
  const { id: claimed } = await client.enabled({ ...SPARK_ADS, tier: 1, frequency: 'unlimited' });
  for (const tier of [2, 3]) await client.enabled({ ...GIFT_CARD, tier });
  return { client, creators, claimed };
}

/** Tier changes, claims and onboardings until told to stop. @returns how long each took, in milliseconds */
async function work({ client, creators, claimed }: Busy, isOver: () => boolean): Promise<number[]> {
  const [claiming = '' as CreatorId, ...moving] = creators;
  const took: number[] = [];
  const timed = async (grant: () => Promise<unknown>) => {
    const begun = performance.now();
    await grant();
    took.push(performance.now() - begun);
  };
  for (let round = 0; !isOver(); round += 1) {
    await timed(() => client.moveTo(...moving.map((creatorId) => [creatorId, 2 + (round % 2)] as const)));
    const row = await client.openRow({ creatorId: claiming, rewardId: claimed });
    await timed(() => client.claim(row));
    await timed(() => client.onboard(3));
  }
  return took;
}

/** A machine that stands still holds up those who wait for nobody, too. @returns the longest of theirs, in milliseconds */
async function longestStandstill(isOver: () => boolean): Promise<number> {
  let longestMs = 0;
  while (!isOver()) {
    const begun = performance.now();
    await world.database.inTransaction((tx) => tx.many(sql`SELECT 1`));
    longestMs = Math.max(longestMs, performance.now() - begun);
  }
  return longestMs;
}

const reconciler = () => new ClientPartitionsReconciler(world.database, world.get(ClientPartitionRepository));

it('makes the partitions of fifty clients while others’ grants run, none of which waits longer than a second', async () => {
  const busy = [await busyClient(), await busyClient(), await busyClient()];
  const added = Array.from({ length: NEW_CLIENTS }, () => new ClientWorld(world.database, (part) => world.get(part)));
  let over = false;
  const working = busy.map((one) => work(one, () => over));
  const standstill = longestStandstill(() => over);
  for (const client of added) {
    await client.inTenant((tx) => world.get(FollowClient).register(tx));
    while (await reconciler().runOnce());
  }
  while ((await missing()) > 0) await reconciler().runOnce();
  over = true;
  const took = (await Promise.all(working)).flat();
  expect(took.length).toBeGreaterThan(NEW_CLIENTS);
  expect(Math.max(...took)).toBeLessThan(LONGEST_MS + (await standstill));
  for (const { client } of busy) expect(await client.eagerRuleFaults()).toEqual([]);
}, 120_000);

async function missing(): Promise<number> {
  return (await world.database.inTransaction((tx) => world.get(ClientPartitionRepository).missing(tx))).length;
}

it('gives up rather than let others wait behind it for somebody’s long claim', async () => {
  const [long, other] = [await busyClient(), await busyClient()];
  const added = new ClientWorld(world.database, (part) => world.get(part));
  await added.inTenant((tx) => world.get(FollowClient).register(tx));
  await long.client.inTenant(async (tx) => {
    await tx.execute(sql`LOCK TABLE redemption.claim IN ROW EXCLUSIVE MODE`);
    const making = reconciler().runOnce();
    const [creatorId = '' as CreatorId] = other.creators;
    const row = await other.client.openRow({ creatorId, rewardId: other.claimed });
    let over = false;
    const standstill = longestStandstill(() => over);
    const begun = performance.now();
    await other.client.claim(row);
    const tookMs = performance.now() - begun;
    over = true;
    expect(tookMs).toBeLessThan(LONGEST_MS + (await standstill));
    expect(await making).toBe(false);
  });
  expect(await reconciler().runOnce()).toBe(true);
  expect(await missing()).toBe(0);
});
