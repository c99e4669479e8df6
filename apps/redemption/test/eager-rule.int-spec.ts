import type { CreatorId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { aCreatorId } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Reward } from '../src/domain/reward/reward.ts';
import { RewardRepository } from '../src/persistence/reward.repository.ts';
import { ApplyTierChanges } from '../src/use-cases/apply-tier-changes.ts';
import { ChangeReward } from '../src/use-cases/change-reward.ts';
import { RegisterCreators } from '../src/use-cases/register-creators.ts';
import {
  BOOST,
  GIFT_CARD,
  openRedemptionWorld,
  SPARK_ADS,
  type ClientWorld,
  type RedemptionWorld,
} from './redemption-world.ts';

let world: RedemptionWorld;
beforeAll(async () => {
  world = await openRedemptionWorld();
});
afterAll(() => world.testDatabase.drop());

const shape = (rows: readonly { id: string; hiddenReason: string | null }[]) =>
  rows.map(({ id, hiddenReason }) => [id, hiddenReason]);

async function entitlements(client: ClientWorld, creatorId: CreatorId) {
  const rows = await client.inTenant((tx) =>
    tx.many<{ value: string }>(
      sql`SELECT value FROM redemption.outbox WHERE topic = 'laurel.entitlements' ORDER BY xid, id`,
    ),
  );
  return rows
    .map(
      ({ value }) => JSON.parse(value) as { subject: string; aggregateversion: number; data: Record<string, unknown> },
    )
    .filter(({ subject }) => subject === creatorId);
}

describe('rows follow the tier', () => {
  it('grants tier 1 on onboarding and moves with the creator; three round trips keep the same ids', async () => {
    const client = await world.client();
    const first = await client.enabled({ ...GIFT_CARD, tier: 1 });
    const second = await client.enabled({ ...GIFT_CARD, tier: 2 });
    const [creatorId] = (await client.onboard(1)) as [CreatorId];
    const one = await client.openRow({ creatorId, rewardId: first.id });
    await client.moveTo([creatorId, 2]);
    const two = await client.openRow({ creatorId, rewardId: second.id });
    for (let trip = 0; trip < 3; trip++) {
      await client.moveTo([creatorId, 1]);
      expect(shape(await client.rows({ creatorId }))).toEqual([
        [one.id, null],
        [two.id, 'tier_change_tier_2_to_tier_1'],
      ]);
      await client.moveTo([creatorId, 2]);
      expect(shape(await client.rows({ creatorId }))).toEqual([
        [one.id, 'tier_change_tier_1_to_tier_2'],
        [two.id, null],
      ]);
    }
    expect(await client.eagerRuleFaults()).toEqual([]);
    const events = await entitlements(client, creatorId);
    expect(events.map((event) => event.aggregateversion)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(events[0]?.data).toEqual({ tier: 2, tierVersion: 1, created: [two.id], broughtBack: [], hidden: [one.id] });
    expect(events[1]?.data).toMatchObject({ created: [], broughtBack: [one.id], hidden: [two.id] });
  });

  it('ignores a stale version, and takes a tier change that comes before the creator', async () => {
    const client = await world.client();
    const reward = await client.enabled({ ...GIFT_CARD, tier: 3 });
    const [creatorId] = (await client.onboard(1)) as [CreatorId];
    await client.moveTo([creatorId, 2], [creatorId, 3]);
    const before = await client.rows({ creatorId });
    await client.inLanes([creatorId], (tx) =>
      world.get(ApplyTierChanges).execute([{ creatorId, tierBefore: 1, tierAfter: 2, tierVersion: 1 }], tx),
    );
    expect(await client.rows({ creatorId })).toEqual(before);
    const early = aCreatorId();
    await client.moveTo([early, 3]);
    await client.openRow({ creatorId: early, rewardId: reward.id });
    await client.inLanes([early], (tx) => world.get(RegisterCreators).execute([early], tx));
    expect(await client.eagerRuleFaults()).toEqual([]);
  });

  it('leaves the same rows, reasons and events however the steps are cut into batches', async () => {
    const client = await world.client();
    const rewards: string[] = [];
    for (const tier of [1, 2, 3]) rewards.push((await client.enabled({ ...GIFT_CARD, tier })).id);
    const creators = (await client.onboard(3)) as [CreatorId, CreatorId, CreatorId];
    const steps = [2, 3, 1, 3, 2];
    await client.moveTo(...steps.map((tier) => [creators[0], tier] as const));
    for (const tier of steps) await client.moveTo([creators[1], tier]);
    await client.moveTo(...steps.slice(0, 2).map((tier) => [creators[2], tier] as const));
    await client.moveTo(...steps.slice(2).map((tier) => [creators[2], tier] as const));
    const left = await Promise.all(
      creators.map(async (creatorId) => {
        const rows = await client.rows({ creatorId });
        const events = await entitlements(client, creatorId);
        const places = new Map(rows.map((row) => [row.id as string, rewards.indexOf(row.rewardId)]));
        const named = (ids: unknown) => (ids as string[]).map((id) => places.get(id)).sort();
        return {
          rows: rows.map((row) => [rewards.indexOf(row.rewardId), row.hiddenReason, row.tierVersionAtGrant]),
          events: events.map(({ aggregateversion, data: { tier, created, broughtBack, hidden } }) => [
            aggregateversion,
            tier,
            [named(created), named(broughtBack), named(hidden)],
          ]),
        };
      }),
    );
    expect(left[1]).toEqual(left[0]);
    expect(left[2]).toEqual(left[0]);
    expect(left[0]?.rows).toEqual([
      [0, 'tier_change_tier_1_to_tier_3', 0],
      [1, null, 1],
      [2, 'tier_change_tier_3_to_tier_2', 2],
    ]);
    expect(left[0]?.events[2]).toEqual([3, 1, [[], [0], [2]]]);
    expect(await client.eagerRuleFaults()).toEqual([]);
    expect(await client.reasonFaults()).toEqual([]);
  });

  it('grants a creator whose tier change comes first what its onboarding would have granted', async () => {
    const client = await world.client();
    for (const tier of [1, 3]) await client.enabled({ ...GIFT_CARD, tier });
    const [early, late] = [aCreatorId(), aCreatorId()];
    await client.moveTo([early, 3]);
    await client.inLanes([early, late], (tx) => world.get(RegisterCreators).execute([early, late], tx));
    await client.moveTo([late, 3]);
    const reasons = async (creatorId: CreatorId) =>
      (await client.rows({ creatorId })).map((row) => [row.tierAtGrant, row.tierVersionAtGrant, row.hiddenReason]);
    expect(await reasons(early)).toEqual([
      [1, 0, 'tier_change_tier_1_to_tier_3'],
      [3, 1, null],
    ]);
    expect(await reasons(late)).toEqual(await reasons(early));
  });

  it('applies a change after a gap from the tier that is known', async () => {
    const client = await world.client();
    for (const tier of [1, 2, 3]) await client.enabled({ ...GIFT_CARD, tier });
    const [creatorId] = (await client.onboard(1)) as [CreatorId];
    const apply = (tierBefore: number, tierAfter: number, tierVersion: number) =>
      client.inLanes([creatorId], (tx) =>
        world.get(ApplyTierChanges).execute([{ creatorId, tierBefore, tierAfter, tierVersion }], tx),
      );
    await apply(1, 2, 1);
    await apply(4, 3, 7);
    expect((await client.rows({ creatorId })).map((row) => [row.tierVersionAtGrant, row.hiddenReason])).toEqual([
      [0, 'tier_change_tier_1_to_tier_2'],
      [1, 'tier_change_tier_2_to_tier_3'],
      [7, null],
    ]);
    expect(await client.eagerRuleFaults()).toEqual([]);
  });

  it('never hides what was claimed, and renews an achievement’s right where the tier ends the same', async () => {
    const client = await world.client();
    const reward = await client.enabled({ ...SPARK_ADS, tier: 2, frequency: 'one_time' });
    const ever = await client.enabled({ ...GIFT_CARD, tier: 2, frequency: 'one_time' });
    const [creatorId] = (await client.onboard(1)) as [CreatorId];
    await client.moveTo([creatorId, 2]);
    await client.claim(await client.openRow({ creatorId, rewardId: reward.id }));
    await client.claim(await client.openRow({ creatorId, rewardId: ever.id }));
    expect((await client.rows({ creatorId })).map((row) => row.status)).toEqual(['claimed', 'claimed']);
    await client.moveTo([creatorId, 3], [creatorId, 2]);
    expect((await client.rows({ creatorId, rewardId: reward.id })).map((row) => row.status)).toEqual([
      'claimed',
      'claimable',
    ]);
    expect((await client.rows({ creatorId, rewardId: ever.id })).map((row) => row.status)).toEqual(['claimed']);
    await client.moveTo([creatorId, 1]);
    expect(
      (await client.rows({ creatorId })).filter((row) => row.status === 'claimed').map((row) => row.hidden),
    ).toEqual([false, false]);
    expect(await client.eagerRuleFaults()).toEqual([]);
  });
});

describe('rows follow the reward', () => {
  it('a disabled reward hides its rows and enabling brings the same ones back', async () => {
    const client = await world.client();
    const [a, b] = (await client.onboard(2)) as [CreatorId, CreatorId];
    await client.moveTo([a, 2], [b, 2]);
    const reward = await client.enabled({ ...BOOST });
    const ids = (await client.rows()).map((row) => row.id);
    await client.switchTo(reward.id, false);
    await client.finishBackfills();
    expect((await client.rows()).map((row) => row.hiddenReason)).toEqual(['reward_disabled', 'reward_disabled']);
    await client.moveTo([a, 3]);
    await client.switchTo(reward.id, true);
    await client.finishBackfills();
    const rows = await client.rows();
    expect(rows.map((row) => row.id)).toEqual(ids);
    expect(rows.filter((row) => !row.hidden).map((row) => row.creatorId)).toEqual([b]);
    await client.moveTo([a, 2]);
    expect((await client.rows()).every((row) => !row.hidden)).toBe(true);
    expect(await client.eagerRuleFaults()).toEqual([]);
  });

  it('never lets a reason go stale: the tier first, then the reward, then the right', async () => {
    const client = await world.client();
    const [creatorId] = (await client.onboard(1)) as [CreatorId];
    await client.moveTo([creatorId, 2]);
    const { id } = await client.enabled({ ...GIFT_CARD, tier: 2, frequency: 'one_time', quantity: 2 });
    const reason = async () => (await client.rows()).findLast((row) => row.status === 'claimable')?.hiddenReason;
    const switchTo = async (enabled: boolean) => {
      await client.switchTo(id, enabled);
      await client.finishBackfills();
    };
    const quantity = async (wanted: number) => {
      const { version } = await client.inTenant(
        async (tx) => (await world.get(RewardRepository).find(id, tx)) as Reward,
      );
      const change = { id, version, name: undefined, frequency: undefined, quantity: wanted };
      await client.inTenant((tx) => world.get(ChangeReward).execute(change, tx));
      await client.finishBackfills();
    };
    await client.claim(await client.openRow({ creatorId, rewardId: id }));
    expect(await reason()).toBeNull();
    await quantity(1);
    expect(await reason()).toBe('right_used_up');
    await switchTo(false);
    expect(await reason()).toBe('reward_disabled');
    await client.moveTo([creatorId, 3]);
    expect(await reason()).toBe('tier_change_tier_2_to_tier_3');
    await switchTo(true);
    await client.moveTo([creatorId, 1]);
    expect(await reason()).toBe('tier_change_tier_2_to_tier_3');
    await client.moveTo([creatorId, 2]);
    expect(await reason()).toBe('right_used_up');
    await quantity(2);
    expect(await reason()).toBeNull();
    await switchTo(false);
    await client.moveTo([creatorId, 4], [creatorId, 2]);
    expect(await reason()).toBe('reward_disabled');
    expect(await client.reasonFaults()).toEqual([]);
  });

  it('refuses a second unclaimed row in the database itself', async () => {
    const client = await world.client();
    const [creatorId] = (await client.onboard(1)) as [CreatorId];
    const reward = await client.enabled({ ...GIFT_CARD, tier: 1 });
    const second = client.inTenant((tx) =>
      tx.execute(sql`
        INSERT INTO redemption.redemption (client_id, reward_id, creator_id, tier_at_grant, tier_version_at_grant, hidden_reason)
        VALUES (${client.clientId}, ${reward.id}, ${creatorId}, 1, 0, 'reward_disabled')`),
    );
    await expect(second).rejects.toThrow(/redemption.*unique|duplicate key/i);
  });

  it('rows of a mission follow disabling, not the tier, and get no next row', async () => {
    const client = await world.client();
    const [creatorId] = (await client.onboard(1)) as [CreatorId];
    const mission = await client.enabled({ ...GIFT_CARD, source: 'mission', tier: null, frequency: 'unlimited' });
    expect(await client.rows()).toEqual([]);
    await client.inTenant((tx) =>
      tx.execute(sql`
        INSERT INTO redemption.redemption (client_id, reward_id, creator_id, tier_at_grant, tier_version_at_grant)
        VALUES (${client.clientId}, ${mission.id}, ${creatorId}, 1, 0)`),
    );
    await client.moveTo([creatorId, 2]);
    await client.openRow({ creatorId, rewardId: mission.id });
    await client.switchTo(mission.id, false);
    await client.finishBackfills();
    expect((await client.rows()).map((row) => row.hiddenReason)).toEqual(['reward_disabled']);
    await client.moveTo([creatorId, 3]);
    await client.switchTo(mission.id, true);
    await client.finishBackfills();
    expect((await client.backfills())[0]).toMatchObject({ status: 'done', totals: { eligible: 1, broughtBack: 1 } });
    await client.claim(await client.openRow({ creatorId, rewardId: mission.id }));
    expect((await client.rows()).map((row) => row.status)).toEqual(['claimed']);
  });
});
