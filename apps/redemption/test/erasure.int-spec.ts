import { randomUUID } from 'node:crypto';
import type { CreatorId, RewardId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { Erasures } from '#libs/secrets';
import { erasureAdvanced, eventually, placesOf } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplyMissionGrants } from '../src/use-cases/apply-mission-grants.ts';
import { FollowErasures } from '../src/use-cases/follow-erasures.ts';
import { MoveRedemption, type AdminStep } from '../src/use-cases/move-redemption.ts';
import { VerifyRedemptions } from '../src/use-cases/verify-redemptions.ts';
import { BOOST, GIFT_CARD, openRedemptionWorld, type ClientWorld, type RedemptionWorld } from './redemption-world.ts';

let world: RedemptionWorld;
beforeAll(async () => {
  world = await openRedemptionWorld();
});
afterAll(() => world.testDatabase.drop());

const GIFT = { type: 'physical_gift', value: { requiresSize: false, displayText: 'Hoodie' } } as const;
const MISSION = {
  type: 'experience',
  value: { displayText: 'Day' },
  source: 'mission',
  frequency: 'unlimited',
} as const;

async function hear(client: ClientWorld, creatorId: CreatorId, ...statuses: ('checking' | 'refused' | 'erasing')[]) {
  const erasureId = randomUUID();
  for (const status of statuses) {
    const { data } = erasureAdvanced({ clientId: client.clientId, creatorId, erasureId, status });
    await client.inLanes([creatorId], (tx) => world.get(FollowErasures).execute([data], tx));
  }
}

const somebodyWaits = async () => {
  const { waiting } = await world.testDatabase.asAdmin((tx) =>
    tx.one<{ waiting: boolean }>(sql`
      SELECT EXISTS (SELECT FROM pg_stat_activity
                     WHERE datname = current_database() AND wait_event_type = 'Lock') AS waiting`),
  );
  return waiting;
};

const answers = (client: ClientWorld) =>
  client.inTenant((tx) =>
    tx.many<{ data: Record<string, unknown> }>(sql`
      SELECT value::jsonb -> 'data' AS data FROM redemption.outbox
      WHERE topic = 'laurel.erasure' AND key LIKE ${`${client.clientId}:%`} ORDER BY id`),
  );
const reasonsOf = async (client: ClientWorld, creatorId: CreatorId) =>
  (await client.rows({ creatorId })).filter(({ status }) => status === 'claimable').map((row) => row.hiddenReason);
const faults = async (client: ClientWorld) => (await world.get(VerifyRedemptions).execute(client.clientId))?.faults;

describe('a creator that is to be erased', () => {
  it('is owed gifts that are not delivered, and its boosts are told; after that it is granted nothing, whatever comes', async () => {
    const client = await world.client();
    const rewards = {
      gift: await client.enabled({ ...GIFT }),
      boost: await client.enabled({ ...BOOST }),
      other: await client.enabled({ ...GIFT_CARD, tier: 3 }),
      mission: await client.enabled({ ...MISSION, tier: null }),
    };
    const [creatorId, other] = await client.onboard(2);
    if (!creatorId || !other) throw new Error('two');
    await client.moveTo([creatorId, 3], [other, 2]);
    await client.moveTo([creatorId, 2]);
    const gift = await client.openRow({ creatorId, rewardId: rewards.gift.id });
    await client.claim(gift);
    const boost = await client.openRow({ creatorId, rewardId: rewards.boost.id });
    await client.claim(boost, { date: '2026-03-27' });
    const step = { command: 'ship', carrier: 'UPS', trackingNumber: '1Z-quillon' } as const;
    const ship = { redemptionId: gift.id, step, adminId: 'a', notes: 'for quillon, by hand' };
    await client.inTenant((tx) => world.get(MoveRedemption).execute(ship, tx));

    await hear(client, creatorId, 'checking', 'checking');
    expect(await answers(client)).toEqual([
      {
        data: expect.objectContaining({
          stage: 'checked',
          obligations: [{ kind: 'gift_not_delivered', id: gift.id }],
          claimedBoosts: [boost.id],
        }),
      },
    ]);
    await hear(client, creatorId, 'checking', 'erasing', 'erasing', 'checking');
    expect((await answers(client)).map(({ data }) => data['stage'])).toEqual(['checked', 'checked', 'erased']);
    expect(new Set(await reasonsOf(client, creatorId))).toEqual(new Set(['erased']));
    expect(await placesOf(world.testDatabase, 'quillon')).toEqual([]);

    const missing = (rewardId: RewardId) => ({ id: randomUUID(), missionId: randomUUID(), creatorId, rewardId });
    const news = [{ ...missing(rewards.mission.id), status: 'granted' as const }];
    await client.inLanes([creatorId], (tx) => world.get(ApplyMissionGrants).execute(news, tx));
    await client.moveTo([creatorId, 3], [other, 3]);
    await client.enabled({ ...GIFT_CARD, tier: 3 });
    await client.switchTo(rewards.other.id, false);
    await client.finishBackfills();
    await client.switchTo(rewards.other.id, true);
    await client.finishBackfills();
    await client.moveTo([creatorId, 2]);
    expect(new Set(await reasonsOf(client, creatorId))).toEqual(new Set(['erased']));
    expect((await client.rows({ creatorId })).filter(({ rewardId }) => rewardId === rewards.mission.id)).toEqual([]);
    expect(await reasonsOf(client, other)).toContain(null);
    expect([await faults(client), await client.eagerRuleFaults(), await client.countFaults()]).toEqual([0, [], []]);
    expect((await client.backfills()).map(({ status }) => status)).not.toContain('failed');
  });

  it('gets no note and no parcel any more, nor one that races with the erasure; what tells nothing may still be done', async () => {
    const client = await world.client();
    const gift = await client.enabled({ ...GIFT });
    const [creatorId] = await client.onboard(1);
    if (!creatorId) throw new Error('one');
    await client.moveTo([creatorId, 2]);
    const { id: redemptionId } = await client.openRow({ creatorId, rewardId: gift.id });
    await client.claim({ id: redemptionId, creatorId });
    const status = async () => (await client.rows({ creatorId })).find(({ id }) => id === redemptionId)?.status;
    const move = (step: AdminStep, notes?: string) =>
      client.inTenant((tx) => world.get(MoveRedemption).execute({ redemptionId, step, adminId: 'a', notes }, tx));
    const ship = { command: 'ship', carrier: 'UPS', trackingNumber: '1Z-heron' } as const;

    await hear(client, creatorId, 'checking', 'refused');
    await move(ship, 'for heron, by hand');
    await hear(client, creatorId, 'checking');
    await expect(move({ command: 'deliver' }, 'heron')).rejects.toMatchObject({ code: 'creator.being_erased' });
    let delivering: Promise<unknown> = Promise.resolve();
    const { data } = erasureAdvanced({ clientId: client.clientId, creatorId, status: 'erasing' });
    await client.inLanes([creatorId], async (tx) => {
      delivering = move({ command: 'deliver' }, 'heron has it').catch((error: unknown) => error);
      await eventually(somebodyWaits);
      await world.get(FollowErasures).execute([data], tx);
    });
    expect(await delivering).toMatchObject({ code: 'creator.erased' });
    await expect(move(ship)).rejects.toMatchObject({ code: 'creator.erased' });
    expect([await status(), await placesOf(world.testDatabase, 'heron')]).toEqual(['claimed', []]);
    await move({ command: 'deliver' });
    expect(await status()).toBe('concluded');
  });

  it('is verified with that cause alone', async () => {
    const client = await world.client();
    const reward = await client.enabled({ ...GIFT_CARD });
    const [creatorId] = await client.onboard(1);
    if (!creatorId) throw new Error('one');
    await client.moveTo([creatorId, 2]);
    await hear(client, creatorId, 'checking', 'erasing');
    expect(await faults(client)).toBe(0);
    for (const planted of [sql`NULL`, sql`'reward_disabled'`, sql`'tier_change_tier_2_to_tier_1'`]) {
      await world.testDatabase.asAdmin((tx) =>
        tx.execute(sql`UPDATE redemption.redemption SET hidden_reason = ${planted} WHERE reward_id = ${reward.id}`),
      );
      expect(await faults(client)).toBeGreaterThan(0);
    }
  });

  it('that nobody has heard of yet is granted nothing when it comes, and one that was refused is as before', async () => {
    const client = await world.client();
    await client.enabled({ ...GIFT_CARD, tier: 1 });
    const creatorId = randomUUID() as CreatorId;
    await hear(client, creatorId, 'erasing');
    await client.moveTo([creatorId, 2], [creatorId, 1]);
    expect(await client.rows({ creatorId })).toEqual([]);
    const [spared] = await client.onboard(1);
    if (!spared) throw new Error('one');
    const refusing = (of: CreatorId) => client.inTenant((tx) => new Erasures('redemption').refuseErased(of, tx));
    await hear(client, spared, 'checking');
    await expect(refusing(spared)).rejects.toMatchObject({ code: 'creator.being_erased' });
    await expect(refusing(creatorId)).rejects.toMatchObject({ code: 'creator.erased' });
    const again = await client.onboard(1);
    await hear(client, again[0] ?? spared, 'checking', 'refused');
    await refusing(again[0] ?? spared);
    expect(await reasonsOf(client, again[0] ?? spared)).toEqual([null]);
  });
});
