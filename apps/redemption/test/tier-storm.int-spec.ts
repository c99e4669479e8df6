import type { CreatorId, RewardId } from '#libs/kernel';
import { keyOf, partitionOf } from '#libs/messaging';
import { eventually } from '#libs/testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  GIFT_CARD,
  openRedemptionWorld,
  SPARK_ADS,
  type ClientWorld,
  type RedemptionWorld,
} from './redemption-world.ts';

const SMALL = 300;
const FULL = 100_000;
const TIERS = 4;
const EVENTS_A_BATCH = 1_000;
const CREATORS_A_CHUNK = 2_000;
const LANES_AT_ONCE = 3;

let world: RedemptionWorld;
beforeAll(async () => {
  world = await openRedemptionWorld();
});
afterAll(() => world.testDatabase.drop());

/** mulberry32 */
function seeded(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * limit);
  };
}

type Move = readonly [CreatorId, number];

/** One change of every creator, up or down, and a second one of every tenth, next to the first or somewhere behind it. */
function changesOf(creators: readonly CreatorId[], client: ClientWorld, below: (limit: number) => number): Move[] {
  const other = (tier: number) => 1 + ((tier + below(TIERS - 1)) % TIERS);
  const moves: Move[] = [];
  const again: Move[] = [];
  for (const creatorId of creators) {
    const first = other(client.tierOf(creatorId));
    moves.push([creatorId, first]);
    if (below(10) === 0) (below(2) === 0 ? moves : again).push([creatorId, other(first)]);
  }
  return [...moves, ...again];
}

/** As the runner brings them: the lanes side by side, in each the batches one after the other. */
async function apply(client: ClientWorld, moves: readonly Move[]): Promise<void> {
  const lanes = [...Map.groupBy(moves, ([creatorId]) => partitionOf(keyOf(client.clientId, creatorId))).values()];
  await Promise.all(
    Array.from({ length: LANES_AT_ONCE }, async () => {
      for (let lane = lanes.pop(); lane !== undefined; lane = lanes.pop()) {
        for (let from = 0; from < lane.length; from += EVENTS_A_BATCH) {
          await client.moveTo(...lane.slice(from, from + EVENTS_A_BATCH));
        }
      }
    }),
  );
}

/** Creators of all tiers, and a reward for each of them: one that the storm backfills, one that it switches. */
async function calm(client: ClientWorld, size: number, below: (limit: number) => number) {
  const creators: CreatorId[] = [];
  while (creators.length < size) creators.push(...(await client.onboard(Math.min(20_000, size - creators.length))));
  await apply(
    client,
    creators.map((creatorId) => [creatorId, 1 + below(TIERS)] as const).filter(([, tier]) => tier > 1),
  );
  const rewards: RewardId[] = [];
  for (const tier of [1, 2, 3, 4]) {
    const kind = tier % 2 === 0 ? GIFT_CARD : SPARK_ADS;
    rewards.push((await client.reward({ ...kind, tier, frequency: 'one_time', quantity: 1 })).id);
  }
  const [filled, switched, ...others] = rewards as [RewardId, RewardId, ...RewardId[]];
  for (const id of [switched, ...others]) await client.switchTo(id, true);
  while (await client.carryOn(CREATORS_A_CHUNK));
  return { creators, filled, switched };
}

async function storm(size: number, seed: number): Promise<ClientWorld> {
  const below = seeded(seed);
  const client = await world.client();
  const { creators, filled, switched } = await calm(client, size, below);
  const chunk = size === SMALL ? 25 : CREATORS_A_CHUNK;
  let raging = true;
  const admins = async () => {
    for (let enabled = false; raging; enabled = !enabled) {
      await client.switchTo(switched, enabled);
      await eventually(async () => !raging || (await client.carryOn(chunk)), {
        timeoutMs: 60_000,
        describe: 'a chunk of the switched reward',
      });
    }
  };
  const workers = async () => {
    while (raging) await client.carryOn(chunk);
  };
  await client.switchTo(filled, true);
  await Promise.all([
    apply(client, changesOf(creators, client, below)).finally(() => {
      raging = false;
    }),
    admins(),
    workers(),
  ]);
  while (await client.carryOn(CREATORS_A_CHUNK));
  return client;
}

const FIRST = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const SCHEDULES = Array.from({ length: 20 }, (_, index) => ({
  seed: FIRST + index,
  size: index === 19 ? FULL : SMALL,
}));

it.each(SCHEDULES)(
  'everybody changes tier while rewards are filled and switched: seed $seed, $size creators',
  async ({ seed, size }) => {
    const client = await storm(size, seed);
    expect(await client.eagerRuleFaults()).toEqual([]);
    expect(await client.reasonFaults()).toEqual([]);
    expect(await client.countFaults()).toEqual([]);
    const jobs = await client.backfills();
    expect(jobs.filter((job) => !['done', 'cancelled'].includes(job.status))).toEqual([]);
  },
  180_000,
);
