import { randomUUID } from 'node:crypto';
import type { CreatorId, RewardId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { aCreatorId } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplyMissionGrants, type MissionNews } from '../src/use-cases/apply-mission-grants.ts';
import { RegisterCreators } from '../src/use-cases/register-creators.ts';
import { GIFT_CARD, openRedemptionWorld, type ClientWorld, type RedemptionWorld } from './redemption-world.ts';

let world: RedemptionWorld;
beforeAll(async () => {
  world = await openRedemptionWorld();
});
afterAll(() => world.testDatabase.drop());

const MISSION = { ...GIFT_CARD, source: 'mission', tier: null, frequency: 'unlimited' } as const;

function granted(creatorId: CreatorId, rewardId: RewardId): MissionNews {
  return { id: randomUUID(), missionId: randomUUID(), creatorId, rewardId, status: 'granted' };
}
const lost = (grant: MissionNews): MissionNews => ({ ...grant, status: 'lost' });

function tell(client: ClientWorld, ...news: MissionNews[]): Promise<void> {
  const creators = news.map(({ creatorId }) => creatorId);
  return client.inLanes(creators, (tx) => world.get(ApplyMissionGrants).execute(news, tx));
}

async function grants(client: ClientWorld): Promise<Record<string, string>> {
  const rows = await client.inTenant((tx) =>
    tx.many<{ id: string; status: string }>(sql`SELECT id, status FROM redemption.mission_grant`),
  );
  return Object.fromEntries(rows.map(({ id, status }) => [id, status]));
}

const shape = async (client: ClientWorld, creatorId: CreatorId) =>
  (await client.rows({ creatorId })).map(({ status, hiddenReason }) => [status, hiddenReason]);

async function creatorOf(client: ClientWorld): Promise<CreatorId> {
  const [creatorId] = (await client.onboard(1)) as [CreatorId];
  return creatorId;
}

describe('a mission grant', () => {
  it('gives one open row, however often it is told of, and the row is claimed like any other', async () => {
    const client = await world.client();
    const reward = await client.enabled(MISSION);
    const creatorId = await creatorOf(client);
    const grant = granted(creatorId, reward.id);
    await tell(client, grant, grant);
    await tell(client, grant);
    expect(await shape(client, creatorId)).toEqual([['claimable', null]]);
    await client.claim(await client.openRow({ creatorId, rewardId: reward.id }));
    await tell(client, grant);
    expect(await shape(client, creatorId)).toEqual([['claimed', null]]);
  });

  it('is the only way to a row: no tier, no job and no claim makes one', async () => {
    const client = await world.client();
    const creatorId = await creatorOf(client);
    const reward = await client.enabled({ ...MISSION, tier: 1 });
    await client.moveTo([creatorId, 2], [creatorId, 1]);
    await client.switchTo(reward.id, true);
    await client.finishBackfills();
    expect(await client.rows()).toEqual([]);
    await tell(client, granted(creatorId, reward.id));
    expect(await shape(client, creatorId)).toEqual([['claimable', null]]);
    await client.moveTo([creatorId, 2]);
    expect(await shape(client, creatorId)).toEqual([['claimable', null]]);
    const row = await client.openRow({ creatorId, rewardId: reward.id });
    await expect(client.claim(row)).rejects.toMatchObject({ code: 'redemption.tier_mismatch' });
    await client.moveTo([creatorId, 1]);
    await client.claim(row);
    expect(await shape(client, creatorId)).toEqual([['claimed', null]]);
  });

  it('follows disabling: a row made meanwhile is hidden, and comes back with the reward', async () => {
    const client = await world.client();
    const reward = await client.reward(MISSION);
    const creatorId = await creatorOf(client);
    await tell(client, granted(creatorId, reward.id));
    expect(await shape(client, creatorId)).toEqual([['claimable', 'reward_disabled']]);
    await client.switchTo(reward.id, true);
    await client.finishBackfills();
    expect(await shape(client, creatorId)).toEqual([['claimable', null]]);
  });

  it('of a reward that lies unclaimed waits for it to be claimed, and the grants come one after the other', async () => {
    const client = await world.client();
    const reward = await client.enabled(MISSION);
    const creatorId = await creatorOf(client);
    const all = [granted(creatorId, reward.id), granted(creatorId, reward.id), granted(creatorId, reward.id)] as const;
    await tell(client, ...all);
    expect(await grants(client)).toEqual({ [all[0].id]: 'placed', [all[1].id]: 'waiting', [all[2].id]: 'waiting' });
    await client.claim(await client.openRow({ creatorId, rewardId: reward.id }));
    expect(await grants(client)).toMatchObject({ [all[1].id]: 'placed', [all[2].id]: 'waiting' });
    await client.claim(await client.openRow({ creatorId, rewardId: reward.id }));
    await client.claim(await client.openRow({ creatorId, rewardId: reward.id }));
    expect(await shape(client, creatorId)).toEqual([
      ['claimed', null],
      ['claimed', null],
      ['claimed', null],
    ]);
  });

  it('of no mission reward of the client is refused', async () => {
    const [client, other] = [await world.client(), await world.client()];
    const vip = await client.enabled({ ...GIFT_CARD, tier: 1, frequency: 'one_time' });
    const foreign = await other.enabled(MISSION);
    const creatorId = await creatorOf(client);
    const wrong = [granted(creatorId, vip.id), granted(creatorId, foreign.id)] as const;
    const before = await client.rows();
    await tell(client, ...wrong);
    await tell(client, ...wrong.map(lost));
    expect(await grants(client)).toEqual({ [wrong[0].id]: 'refused', [wrong[1].id]: 'refused' });
    expect(await client.rows()).toEqual(before);
  });

  it('may come before its creator, who is then in tier 1', async () => {
    const client = await world.client();
    const reward = await client.enabled(MISSION);
    const first = await client.enabled({ ...GIFT_CARD, tier: 1 });
    const creatorId = aCreatorId();
    await tell(client, granted(creatorId, reward.id));
    await client.inLanes([creatorId], (tx) => world.get(RegisterCreators).execute([creatorId], tx));
    await client.openRow({ creatorId, rewardId: reward.id });
    await client.openRow({ creatorId, rewardId: first.id });
    expect(await client.eagerRuleFaults()).toEqual([]);
  });
});

describe('a lost raffle', () => {
  it('rejects the row, tells its creator, and the grant that waited has its turn', async () => {
    const client = await world.client();
    const reward = await client.enabled(MISSION);
    const creatorId = await creatorOf(client);
    const [first, second] = [granted(creatorId, reward.id), granted(creatorId, reward.id)];
    await tell(client, first, second);
    await tell(client, lost(first));
    await tell(client, lost(first), first);
    expect(await shape(client, creatorId)).toEqual([
      ['rejected', null],
      ['claimable', null],
    ]);
    expect(await grants(client)).toEqual({ [first.id]: 'lost', [second.id]: 'placed' });
    const history = await client.inTenant((tx) =>
      tx.many(sql`SELECT command, actor_kind FROM redemption.redemption_transition`),
    );
    expect(history).toEqual([{ command: 'reject', actor_kind: 'system' }]);
  });

  it('is told also where the reward is disabled', async () => {
    const client = await world.client();
    const reward = await client.reward(MISSION);
    const creatorId = await creatorOf(client);
    const grant = granted(creatorId, reward.id);
    await tell(client, grant);
    await tell(client, lost(grant));
    expect(await shape(client, creatorId)).toEqual([['rejected', null]]);
  });

  it('takes nothing back that was claimed', async () => {
    const client = await world.client();
    const reward = await client.enabled(MISSION);
    const creatorId = await creatorOf(client);
    const grant = granted(creatorId, reward.id);
    await tell(client, grant);
    await client.claim(await client.openRow({ creatorId, rewardId: reward.id }));
    await tell(client, lost(grant));
    expect(await shape(client, creatorId)).toEqual([['claimed', null]]);
    expect(await grants(client)).toEqual({ [grant.id]: 'placed' });
  });

  it('of a grant that waits, or was never heard of, leaves no row', async () => {
    const client = await world.client();
    const reward = await client.enabled(MISSION);
    const creatorId = await creatorOf(client);
    const [open, waits, unheard] = [1, 2, 3].map(() => granted(creatorId, reward.id)) as [
      MissionNews,
      MissionNews,
      MissionNews,
    ];
    await tell(client, open, waits);
    await tell(client, lost(waits), lost(unheard));
    await tell(client, waits, unheard);
    expect(await grants(client)).toEqual({ [open.id]: 'placed', [waits.id]: 'lost', [unheard.id]: 'lost' });
    expect(await shape(client, creatorId)).toEqual([['claimable', null]]);
  });

  it('comes out the same in one batch as one by one', async () => {
    const ends: unknown[] = [];
    for (const together of [true, false]) {
      const client = await world.client();
      const reward = await client.enabled(MISSION);
      const creatorId = await creatorOf(client);
      const [a, b] = [granted(creatorId, reward.id), granted(creatorId, reward.id)];
      const story = [a, lost(a), b];
      if (together) await tell(client, ...story);
      else for (const news of story) await tell(client, news);
      const standing = await grants(client);
      ends.push([await shape(client, creatorId), [a, b].map(({ id }) => standing[id])]);
    }
    expect(ends[0]).toEqual(ends[1]);
  });
});
