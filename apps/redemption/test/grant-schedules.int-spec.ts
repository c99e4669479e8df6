import { LaurelError } from '#libs/contracts';
import type { CreatorId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { decideRow, entitlementOf } from '../src/domain/entitlement/open-redemption.ts';
import type { Reward } from '../src/domain/reward/reward.ts';
import { RewardCountRepository } from '../src/persistence/reward-count.repository.ts';
import { RewardCountsReconciler } from '../src/reconcilers/reward-counts.reconciler.ts';
import { ChangeReward } from '../src/use-cases/change-reward.ts';
import {
  BOOST,
  GIFT_CARD,
  openRedemptionWorld,
  SPARK_ADS,
  type ClientWorld,
  type RedemptionWorld,
} from './redemption-world.ts';

const CREATORS = 60;
const ROUNDS = 12;

let world: RedemptionWorld;
beforeAll(async () => {
  world = await openRedemptionWorld();
});
afterAll(() => world.testDatabase.drop());

/** mulberry32 */
function seeded(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return { below, pick: <T>(from: readonly T[]): T => from[below(from.length)] as T };
}
type Dice = ReturnType<typeof seeded>;

async function unlessRefused(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof LaurelError)) throw error;
  });
}

async function repeat(times: number, work: () => Promise<unknown>): Promise<void> {
  for (let round = 0; round < times; round++) await work();
}

async function openRewards(client: ClientWorld): Promise<Reward[]> {
  const rewards: Reward[] = [];
  for (const tier of [1, 2, 3]) {
    rewards.push(await client.reward({ ...GIFT_CARD, tier, frequency: 'one_time', quantity: 2 }));
    rewards.push(await client.reward({ ...SPARK_ADS, tier, frequency: 'one_time', quantity: 1 }));
    rewards.push(await client.reward({ ...BOOST, tier, frequency: 'weekly', quantity: 1 }));
  }
  for (const reward of rewards.slice(0, 6)) await client.switchTo(reward.id, true);
  return rewards;
}

function moveSome(client: ClientWorld, creators: readonly CreatorId[], dice: Dice): Promise<void> {
  const moves = Array.from({ length: 12 }, () => [dice.pick(creators), 1 + dice.below(4)] as const);
  return client.moveTo(
    ...moves.filter(([creatorId, tier], index) => distinctStep(client, moves.slice(0, index), creatorId, tier)),
  );
}

/** A tier change changes the tier: from the one before it in the batch, else from the present one. */
function distinctStep(
  client: ClientWorld,
  before: readonly (readonly [CreatorId, number])[],
  creatorId: CreatorId,
  tier: number,
): boolean {
  const last = before.findLast(([other]) => other === creatorId)?.[1] ?? client.tierOf(creatorId);
  return last !== tier;
}

async function claimSome(client: ClientWorld, dice: Dice): Promise<void> {
  const open = (await client.rows()).filter((row) => row.status === 'claimable');
  const rows = Array.from({ length: 4 }, () => dice.pick(open)).filter((row) => row !== undefined);
  await Promise.all(rows.map((row) => unlessRefused(client.claim(row, { date: '2026-03-27' }))));
}

async function changeSome(client: ClientWorld, rewards: readonly Reward[], dice: Dice): Promise<void> {
  const { id } = dice.pick(rewards);
  if (dice.below(3) > 0) {
    await client.switchTo(id, dice.below(2) === 0);
    return;
  }
  const { version } = await client.inTenant((tx) =>
    tx.one<{ version: number }>(sql`
      SELECT version::int AS version FROM redemption.reward WHERE client_id = ${client.clientId} AND id = ${id}`),
  );
  const change = { id, version, name: undefined, frequency: undefined, quantity: 1 + dice.below(3) };
  await unlessRefused(client.inTenant((tx) => world.get(ChangeReward).execute(change, tx)));
}

const counts = () => new RewardCountsReconciler(world.database, world.get(RewardCountRepository));

/** Everything at once: tier changes, claims, switches and changes of rewards, and two workers at the jobs. */
async function play(client: ClientWorld, dice: Dice): Promise<void> {
  const creators = await client.onboard(CREATORS);
  const rewards = await openRewards(client);
  await Promise.all([
    repeat(ROUNDS, () => moveSome(client, creators, dice)),
    repeat(ROUNDS, () => claimSome(client, dice)),
    repeat(ROUNDS, () => changeSome(client, rewards, dice)),
    repeat(ROUNDS * 2, () => client.carryOn()),
    repeat(ROUNDS * 2, () => client.carryOn()),
    repeat(3, () => client.onboard(10)),
    repeat(ROUNDS, () => counts().runOnce()),
  ]);
  await client.finishBackfills();
}

const SEEDS = [1, 2, 3, 4, 5, Number(process.env['SEED'] ?? Date.now() % 1_000_000)];

it.each(SEEDS)('whatever happens at once, the eager rule holds at the end: seed %d', async (seed) => {
  const client = await world.client();
  await play(client, seeded(seed));
  expect(await client.eagerRuleFaults()).toEqual([]);
  const jobs = await client.backfills();
  expect(new Set(jobs.map((job) => job.status))).toEqual(new Set(['done', 'cancelled']));
  expect(jobs.filter((job) => job.failure !== null || job.missing + job.stale > 0)).toEqual([]);
  expect(await disagreements(client)).toEqual([]);
  expect(await client.reasonFaults()).toEqual([]);
  expect(await client.countFaults()).toEqual([]);
  await counts().runOnce();
  expect(await client.countFaults()).toEqual([]);
});

/** The rule in domain/ is the reference of the grants' SQL: asked about every creator and reward, it finds nothing to do. */
async function disagreements(client: ClientWorld): Promise<unknown[]> {
  const pairs = await client.inTenant((tx) =>
    tx.many<Pair>(sql`
      SELECT t.creator_id, t.tier AS creator_tier, r.type, r.frequency, r.quantity, r.source, r.tier, r.enabled,
             count(k.*)::int AS ever, count(k.*) FILTER (WHERE k.tier_version = t.tier_version)::int AS "thisAchievement",
             CASE WHEN d.id IS NULL THEN 'none' WHEN d.hidden_reason IS NULL THEN 'open' ELSE 'hidden' END AS row
      FROM redemption.creator_tier t CROSS JOIN redemption.reward r
      LEFT JOIN redemption.redemption d
        ON d.creator_id = t.creator_id AND d.reward_id = r.id AND d.status = 'claimable'
      LEFT JOIN redemption.claim k ON k.creator_id = t.creator_id AND k.reward_id = r.id
      GROUP BY t.creator_id, t.tier, r.client_id, r.id, d.id, d.hidden_reason, t.tier_version`),
  );
  expect(pairs.length).toBeGreaterThan(CREATORS * 9 - 1);
  return pairs.filter(
    (pair) => decideRow(entitlementOf(pair, pair.creator_tier, pair), pair.row, pair.source) !== 'keep',
  );
}

type Pair = Pick<Reward, 'type' | 'frequency' | 'quantity' | 'source' | 'tier' | 'enabled'> & {
  creator_tier: number;
  ever: number;
  thisAchievement: number;
  row: 'none' | 'open' | 'hidden';
};
