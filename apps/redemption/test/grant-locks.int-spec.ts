import type { BackfillId, CreatorId } from '#libs/kernel';
import { keyOf, partitionOf } from '#libs/messaging';
import { sql } from '#libs/persistence';
import { eventually } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ClaimRedemption } from '../src/use-cases/claim-redemption.ts';
import { RegisterCreators } from '../src/use-cases/register-creators.ts';
import { RunBackfillChunk } from '../src/use-cases/run-backfill-chunk.ts';
import { SwitchReward } from '../src/use-cases/switch-reward.ts';
import { GIFT_CARD, openRedemptionWorld, SPARK_ADS, type RedemptionWorld } from './redemption-world.ts';

let world: RedemptionWorld;
beforeAll(async () => {
  world = await openRedemptionWorld();
});
afterAll(() => world.testDatabase.drop());

/** How many of the database's sessions wait for a lock. */
async function waiting(): Promise<number> {
  const { sessions } = await world.database.inTransaction((tx) =>
    tx.one<{ sessions: number }>(sql`
      SELECT count(*)::int AS sessions FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`),
  );
  return sessions;
}

/** Runs `first` up to its commit, starts `second`, and lets `first` commit once `second` waits for it. */
async function inTheMiddleOf(
  first: (untilSecondWaits: () => Promise<void>) => Promise<unknown>,
  second: () => Promise<unknown>,
) {
  const order: string[] = [];
  let begun: Promise<unknown> | undefined;
  await first(async () => {
    begun = second().then(() => order.push('second'));
    await eventually(async () => (await waiting()) > 0, { describe: 'the second to wait for the first' });
    order.push('first');
  });
  await begun;
  expect(order).toEqual(['first', 'second']);
}

describe('grants and the commands of a reward wait for each other', () => {
  it('enabling waits for an onboarding on its way, and its job finds that creator', async () => {
    const client = await world.client();
    const reward = await client.reward({ ...GIFT_CARD, tier: 1 });
    const creatorId = 'aaaaaaaa-0000-7000-8000-000000000001' as CreatorId;
    await inTheMiddleOf(
      (untilSecondWaits) =>
        client.inLanes([creatorId], async (tx) => {
          await world.get(RegisterCreators).execute([creatorId], tx);
          await untilSecondWaits();
        }),
      () => client.switchTo(reward.id, true),
    );
    await client.finishBackfills();
    await client.openRow({ creatorId, rewardId: reward.id });
  });

  it('a claim waits for a disabling on its way, and is refused', async () => {
    const client = await world.client();
    const reward = await client.enabled({ ...GIFT_CARD, tier: 1 });
    const [creatorId] = (await client.onboard(1)) as [CreatorId];
    const row = await client.openRow({ creatorId, rewardId: reward.id });
    await inTheMiddleOf(
      (untilSecondWaits) =>
        client.inTenant(async (tx) => {
          await world.get(SwitchReward).execute(reward.id, false, tx);
          await untilSecondWaits();
        }),
      () => expect(client.claim(row)).rejects.toMatchObject({ code: 'redemption.reward_disabled' }),
    );
  });

  it('a chunk waits for a claim on its way that uses the right up, and makes no row', async () => {
    const client = await world.client();
    const reward = await client.enabled({ ...GIFT_CARD, tier: 1, frequency: 'one_time' });
    const [creatorId] = (await client.onboard(1)) as [CreatorId];
    const row = await client.openRow({ creatorId, rewardId: reward.id });
    await client.switchTo(reward.id, true);
    await client.carryOn();
    await inTheMiddleOf(
      (untilSecondWaits) =>
        client.inLanes([creatorId], async (tx) => {
          const wanted = { scheduledDate: undefined, scheduledAt: undefined };
          await world.get(ClaimRedemption).execute({ redemptionId: row.id, creatorId, ...wanted }, tx);
          await untilSecondWaits();
        }),
      () => client.carryOn(),
    );
    await client.finishBackfills();
    expect((await client.rows()).map(({ status }) => status)).toEqual(['claimed']);
    expect(await client.eagerRuleFaults()).toEqual([]);
  });

  it('a claim waits for no chunk of other creators, of whatever lane its events are', async () => {
    const client = await world.client();
    const claimed = await client.enabled({ ...GIFT_CARD, tier: 1, frequency: 'unlimited' });
    const creators = await client.onboard(60);
    const made = await client.reward({ ...GIFT_CARD, tier: 1 });
    await client.switchTo(made.id, true);
    await client.carryOn();
    const [job] = await client.backfills();
    const { aggregateId } = await client.inTenant((tx) =>
      tx.one<{ aggregateId: string }>(sql`
        SELECT aggregate_id AS "aggregateId" FROM redemption.backfill_slice WHERE backfill_id = ${job?.id}`),
    );
    const laneOf = (id: string) => partitionOf(keyOf(client.clientId, id));
    const creatorId = creators.sort().findLast((id) => laneOf(id) === laneOf(aggregateId)) as CreatorId;
    const row = await client.openRow({ creatorId, rewardId: claimed.id });
    await client.inTenant(async (tx) => {
      await world.get(RunBackfillChunk).execute({ id: job?.id as BackfillId, creatorsPerChunk: 1 }, tx);
      await client.claim(row);
    });
    await client.finishBackfills();
    expect(await client.eagerRuleFaults()).toEqual([]);
  });

  it('a claim of a row whose tier was left meanwhile is refused', async () => {
    const client = await world.client();
    const reward = await client.enabled({ ...SPARK_ADS, tier: 1 });
    const [creatorId] = (await client.onboard(1)) as [CreatorId];
    const row = await client.openRow({ creatorId, rewardId: reward.id });
    await client.moveTo([creatorId, 2]);
    await expect(client.claim(row)).rejects.toMatchObject({ code: 'redemption.tier_mismatch' });
  });
});
