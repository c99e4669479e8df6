import type { CreatorId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { aCreatorId } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplyTierChanges } from '../src/use-cases/apply-tier-changes.ts';
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

  it('sums up a batch in which a creator moves several times, with an event for each version', async () => {
    const client = await world.client();
    for (const tier of [1, 2, 3]) await client.enabled({ ...GIFT_CARD, tier });
    const [creatorId] = (await client.onboard(1)) as [CreatorId];
    await client.moveTo([creatorId, 2], [creatorId, 3], [creatorId, 1], [creatorId, 3]);
    expect(await client.eagerRuleFaults()).toEqual([]);
    const events = await entitlements(client, creatorId);
    expect(events.map(({ data }) => [data['tierVersion'], data['tier']])).toEqual([
      [1, 2],
      [2, 3],
      [3, 1],
      [4, 3],
    ]);
    expect(events.slice(0, 3).map(({ data }) => data['created'])).toEqual([[], [], []]);
    const [hidden] = (await client.rows({ creatorId })).filter((row) => row.hidden);
    expect(hidden?.hiddenReason).toBe('tier_change_tier_1_to_tier_3');
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

  it('gives the first cause when a tier is left while the reward is disabled and its job still runs', async () => {
    const client = await world.client();
    const [creatorId] = (await client.onboard(1)) as [CreatorId];
    await client.moveTo([creatorId, 2]);
    const reward = await client.enabled({ ...BOOST });
    await client.switchTo(reward.id, false);
    await client.moveTo([creatorId, 3]);
    expect((await client.rows()).map((row) => row.hiddenReason)).toEqual(['reward_disabled']);
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
