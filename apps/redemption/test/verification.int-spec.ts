import { randomUUID } from 'node:crypto';
import type { CreatorId } from '#libs/kernel';
import { sql, type Statement } from '#libs/persistence';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Check } from '../src/domain/verification/verdict.ts';
import type { Reward } from '../src/domain/reward/reward.ts';
import { ChangeReward } from '../src/use-cases/change-reward.ts';
import { VerifyRedemptions } from '../src/use-cases/verify-redemptions.ts';
import { BOOST, DISCOUNT, GIFT_CARD, openRedemptionWorld, SPARK_ADS } from './redemption-world.ts';
import type { ClientWorld, RedemptionWorld } from './redemption-world.ts';

let world: RedemptionWorld;
beforeAll(async () => {
  world = await openRedemptionWorld();
});
afterAll(() => world.testDatabase.drop());

const EXPERIENCE = { type: 'experience', value: { displayText: 'Studio day' } } as const;

/** Thirty creators who come, rise, fall, claim; rewards of every kind that are enabled before, between and after it. */
async function aLife() {
  const client = await world.client();
  const rewards = {
    monthly: await client.enabled({ ...GIFT_CARD }),
    once: await client.enabled({ ...EXPERIENCE, frequency: 'one_time' }),
    ads: await client.enabled({ ...SPARK_ADS, frequency: 'one_time', quantity: 2 }),
    first: await client.enabled({ ...GIFT_CARD, tier: 1, frequency: 'unlimited' }),
  };
  const creators = await client.onboard(30);
  await client.moveTo(...creators.slice(0, 22).map((creatorId) => [creatorId, 2] as const));
  const late = {
    boost: await client.enabled({ ...BOOST, frequency: 'weekly' }),
    discount: await client.enabled({ ...DISCOUNT, frequency: 'monthly', quantity: 3 }),
    off: await client.enabled({ ...GIFT_CARD, tier: 3 }),
  };
  const all = { ...rewards, ...late };
  for (const creatorId of creators.slice(0, 8)) {
    for (const reward of [all.monthly, all.once, all.ads, all.ads]) await claim(client, creatorId, reward);
    await claim(client, creatorId, all.boost, { date: '2026-03-27' });
  }
  await client.moveTo(...creators.slice(4, 16).map((creatorId) => [creatorId, 3] as const));
  await client.moveTo(...creators.slice(4, 8).map((creatorId) => [creatorId, 1] as const));
  await client.switchTo(all.off.id, false);
  await client.finishBackfills();
  await client.moveTo(...creators.slice(4, 12).map((creatorId) => [creatorId, 2] as const));
  return { client, creators, rewards: all };
}

async function claim(client: ClientWorld, creatorId: CreatorId, reward: Reward, wanted: { date?: string } = {}) {
  await client.claim(await client.openRow({ creatorId, rewardId: reward.id }), wanted);
}

async function verify(client: ClientWorld) {
  const verification = await world.get(VerifyRedemptions).execute(client.clientId);
  if (verification === undefined) throw new Error('the client is known');
  return verification;
}

/** Past every wall. */
async function plant(statement: Statement): Promise<void> {
  expect(await world.testDatabase.asAdmin((tx) => tx.execute(statement))).toBe(1);
}

type Life = Awaited<ReturnType<typeof aLife>>;

const OPEN = sql`status = 'claimable' AND hidden_reason IS NULL`;
const oneRow = (rewardId: string, condition: Statement) => sql`
  id = (SELECT id FROM redemption.redemption WHERE reward_id = ${rewardId} AND ${condition} ORDER BY id LIMIT 1)`;

const CORRUPTIONS: readonly (readonly [string, Check, (life: Life) => Promise<void>])[] = [
  [
    'a row is missing',
    'missing_row',
    ({ rewards }) => plant(sql`DELETE FROM redemption.redemption WHERE ${oneRow(rewards.monthly.id, OPEN)}`),
  ],
  [
    'a row of another tier is open',
    'open_without_right',
    ({ client, creators, rewards }) =>
      plant(sql`
      INSERT INTO redemption.redemption (client_id, reward_id, creator_id, tier_at_grant, tier_version_at_grant)
      VALUES (${client.clientId}, ${rewards.boost.id}, ${creators[29]}, 2, 1)`),
  ],
  [
    'a row is hidden that should be open',
    'hidden_with_right',
    ({ rewards }) =>
      plant(sql`
      UPDATE redemption.redemption SET hidden_reason = 'reward_disabled' WHERE ${oneRow(rewards.monthly.id, OPEN)}`),
  ],
  [
    'a reason is wrong',
    'hidden_reason',
    ({ rewards }) =>
      plant(sql`
      UPDATE redemption.redemption SET hidden_reason = 'tier_change_tier_2_to_tier_4'
      WHERE ${oneRow(rewards.monthly.id, sql`hidden_reason = 'tier_change_tier_2_to_tier_3'`)}`),
  ],
  ['a claim is beyond its quota', 'quota', plantClaim],
  [
    'a status has no history',
    'history',
    ({ rewards }) =>
      plant(sql`
      UPDATE redemption.redemption SET status = 'concluded' WHERE ${oneRow(rewards.once.id, sql`status = 'claimed'`)}`),
  ],
  [
    'a counter is off by one',
    'counts',
    ({ client, rewards }) =>
      plant(sql`
      INSERT INTO redemption.reward_count_delta (client_id, reward_id, open, hidden, claimed, fulfilled, concluded, rejected)
      VALUES (${client.clientId}, ${rewards.once.id}, 0, 0, 0, 0, 1, 0)`),
  ],
  [
    'a certificate lies',
    'certificate',
    ({ rewards }) =>
      plant(sql`
      UPDATE redemption.backfill SET created = created + 1, eligible = eligible + 1
      WHERE reward_id = ${rewards.boost.id} AND status = 'done'`),
  ],
];

/** With its row, its step and its terms in order: too many, and nothing else. */
async function plantClaim({ client, creators, rewards }: Life): Promise<void> {
  const [id, of] = [randomUUID(), { clientId: client.clientId, creatorId: creators[0], rewardId: rewards.monthly.id }];
  await plant(sql`
    INSERT INTO redemption.redemption (client_id, id, reward_id, creator_id, status, tier_at_grant, tier_version_at_grant)
    VALUES (${of.clientId}, ${id}, ${of.rewardId}, ${of.creatorId}, 'claimed', 2, 1)`);
  await plant(sql`
    INSERT INTO redemption.redemption_transition
      (client_id, redemption_id, command, from_status, to_status, actor_kind, actor_id, happened_at)
    VALUES (${of.clientId}, ${id}, 'claim', 'claimable', 'claimed', 'creator', ${of.creatorId}, now())`);
  await plant(sql`
    INSERT INTO redemption.claim
      (client_id, redemption_id, reward_id, creator_id, tier, tier_version, claimed_at, claimed_on, value)
    VALUES (${of.clientId}, ${id}, ${of.rewardId}, ${of.creatorId}, 2, 1, now(), '2026-03-26', '{}')`);
}

const found = ({ checks }: Awaited<ReturnType<typeof verify>>) =>
  checks.filter(({ faults }) => faults > 0).map(({ check }) => check);

describe('a verification', () => {
  it('finds nothing after a healthy life', async () => {
    const { client } = await aLife();
    const verification = await verify(client);
    expect(verification.checks.filter(({ faults }) => faults > 0)).toEqual([]);
    expect(verification).toMatchObject({ faults: 0, rewards: 7, unfinishedJobs: [] });
    expect(verification.redemptions).toBe((await client.rows()).length);
  });

  it.each(CORRUPTIONS)('finds that %s, by %s alone', async (_, check, corrupt) => {
    const life = await aLife();
    await corrupt(life);
    const verification = await verify(life.client);
    expect(found(verification)).toEqual([check]);
    const [example] = verification.checks.find((finding) => finding.check === check)?.examples ?? [];
    expect(example?.expected).not.toBe(example?.found);
    expect(Object.values(life.rewards).map(({ id }) => id)).toContain(example?.rewardId);
  });

  it('holds no claim against a quantity that came after it', async () => {
    const { client, creators, rewards } = await aLife();
    const [creatorId] = creators as [CreatorId];
    await client.inLanes([rewards.ads.id], async (tx) => {
      const change = { id: rewards.ads.id, version: 2, name: undefined, frequency: undefined, quantity: 1 };
      await world.get(ChangeReward).execute(change, tx);
    });
    expect((await verify(client)).unfinishedJobs).toMatchObject([{ rewardId: rewards.ads.id, status: 'planned' }]);
    expect(found(await verify(client))).toEqual([]);
    await client.finishBackfills();
    expect(found(await verify(client))).toEqual([]);
    expect((await client.rows({ creatorId, rewardId: rewards.ads.id })).map(({ status }) => status)).toEqual([
      'claimed',
      'claimed',
    ]);
  });

  it('judges the rows of a reward whose job goes on by the tiers alone', async () => {
    const { client, creators, rewards } = await aLife();
    await client.switchTo(rewards.off.id, true);
    await client.carryOn();
    expect(found(await verify(client))).toEqual([]);
    await plant(sql`
      INSERT INTO redemption.redemption (client_id, reward_id, creator_id, tier_at_grant, tier_version_at_grant)
      VALUES (${client.clientId}, ${rewards.off.id}, ${creators[29]}, 3, 1)`);
    expect(found(await verify(client))).toEqual(['open_without_right']);
  });

  it('knows no client that nobody has told of', async () => {
    expect(await world.get(VerifyRedemptions).execute(randomUUID() as never)).toBeUndefined();
  });
});
