import { LaurelError } from '#libs/contracts';
import type { CreatorId, RedemptionId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { aCreatorId } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BoostStatus } from '../src/domain/redemption/boost-steps.ts';
import { ChangeReward } from '../src/use-cases/change-reward.ts';
import { FollowBoosts } from '../src/use-cases/follow-boosts.ts';
import {
  BOOST,
  DISCOUNT,
  GIFT_CARD,
  NOW,
  openRedemptionWorld,
  SPARK_ADS,
  TODAY,
  type ClientWorld,
  type RedemptionWorld,
} from './redemption-world.ts';

let world: RedemptionWorld;
beforeAll(async () => {
  world = await openRedemptionWorld();
});
afterAll(() => world.testDatabase.drop());

async function creatorIn(client: ClientWorld, tier: number): Promise<CreatorId> {
  const [creatorId] = (await client.onboard(1)) as [CreatorId];
  if (tier > 1) await client.moveTo([creatorId, tier]);
  return creatorId;
}

const refusal = (code: string) => expect.objectContaining({ code });

async function outcomes(attempts: readonly Promise<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(attempts);
  return settled.map((outcome) => {
    if (outcome.status === 'fulfilled') return 'ok';
    if (!(outcome.reason instanceof LaurelError)) throw outcome.reason;
    return outcome.reason.code;
  });
}

function boostNews(client: ClientWorld, creatorId: CreatorId, redemptionId: RedemptionId, status: BoostStatus) {
  return client.inLanes([creatorId], (tx) => world.get(FollowBoosts).execute([{ redemptionId, status }], tx));
}

describe('a claim', () => {
  it('freezes value, tier and terms, and tells of them once', async () => {
    const client = await world.client();
    const reward = await client.enabled({ ...BOOST, tier: 2 });
    const creatorId = await creatorIn(client, 2);
    const row = await client.openRow({ creatorId, rewardId: reward.id });
    await client.claim(row, { date: '2026-03-26' });
    const [claimed, next] = await client.rows({ creatorId });
    expect(claimed).toMatchObject({
      id: row.id,
      status: 'claimed',
      hidden: false,
      tierAtClaim: 2,
      tierVersionAtClaim: 1,
      value: BOOST.value,
      claimedOn: TODAY,
      claimedAt: new Date(NOW),
      scheduledDate: '2026-03-26',
    });
    expect(next).toMatchObject({ status: 'claimable', hidden: false });
    const events = await client.inTenant((tx) =>
      tx.many<{ key: string; value: string }>(sql`
        SELECT key, value FROM redemption.outbox
        WHERE topic = 'laurel.redemption' AND value::jsonb ->> 'clientid' = ${client.clientId}`),
    );
    expect(events).toHaveLength(1);
    expect(events[0]?.key).toBe(`${client.clientId}:${creatorId}`);
    expect(JSON.parse(events[0]?.value ?? '{}')).toMatchObject({
      subject: row.id,
      aggregateversion: 1,
      data: {
        redemptionId: row.id,
        rewardId: reward.id,
        creatorId,
        type: 'commission_boost',
        tierAtClaim: 2,
        tierVersion: 1,
        claimedAt: NOW,
        claimedOn: TODAY,
        boost: {
          rateBps: 500,
          durationDays: 30,
          scheduledDate: '2026-03-26',
          tierCommissionRateBps: 1_200,
          clearingDays: 20,
          currency: 'USD',
          timezone: 'America/New_York',
        },
      },
    });
  });

  it('of another creator’s or another client’s row is 404', async () => {
    const client = await world.client();
    const other = await world.client();
    const reward = await client.enabled({ ...GIFT_CARD, tier: 1 });
    const creatorId = await creatorIn(client, 1);
    const row = await client.openRow({ creatorId, rewardId: reward.id });
    const stranger = await creatorIn(client, 1);
    await expect(client.claim({ id: row.id, creatorId: stranger })).rejects.toEqual(refusal('not_found'));
    await expect(other.claim(row)).rejects.toEqual(refusal('not_found'));
    await expect(client.claim({ id: aCreatorId() as string as RedemptionId, creatorId })).rejects.toEqual(
      refusal('not_found'),
    );
  });

  it('of a hidden row names the cause', async () => {
    const client = await world.client();
    const reward = await client.enabled({ ...GIFT_CARD, tier: 2 });
    const creatorId = await creatorIn(client, 2);
    const row = await client.openRow({ creatorId, rewardId: reward.id });
    await client.moveTo([creatorId, 3]);
    await expect(client.claim(row)).rejects.toEqual(refusal('redemption.tier_mismatch'));
    await client.switchTo(reward.id, false);
    await expect(client.claim(row)).rejects.toEqual(refusal('redemption.reward_disabled'));
  });
});

describe('of concurrent claims exactly one succeeds', () => {
  it('50 claims of one row', async () => {
    const client = await world.client();
    const reward = await client.enabled({ ...GIFT_CARD, tier: 1, frequency: 'unlimited' });
    const creatorId = await creatorIn(client, 1);
    const row = await client.openRow({ creatorId, rewardId: reward.id });
    const answers = await outcomes(Array.from({ length: 50 }, () => client.claim(row)));
    expect(answers.filter((answer) => answer === 'ok')).toHaveLength(1);
    expect(new Set(answers.filter((answer) => answer !== 'ok'))).toEqual(new Set(['redemption.not_open']));
    expect((await client.rows({ creatorId })).map(({ status }) => status)).toEqual(['claimed', 'claimable']);
  });

  it('a creator’s two boosts: the other is told of the slot and uses no quota', async () => {
    const client = await world.client();
    const creatorId = await creatorIn(client, 2);
    const rewards = [
      await client.enabled({ ...BOOST, frequency: 'monthly' }),
      await client.enabled({ ...BOOST, frequency: 'monthly' }),
    ];
    const rows = await Promise.all(rewards.map(({ id }) => client.openRow({ creatorId, rewardId: id })));
    const answers = await outcomes(rows.map((row) => client.claim(row, { date: '2026-03-27' })));
    expect([...answers].sort()).toEqual(['boost.slot_taken', 'ok']);
    const won = rows[answers.indexOf('ok')];
    const lost = rows[answers.indexOf('boost.slot_taken')];
    if (won === undefined || lost === undefined) throw new Error('one of two has won');
    await boostNews(client, creatorId, won.id, 'active');
    await expect(client.claim(lost, { date: '2026-03-27' })).rejects.toEqual(refusal('boost.slot_taken'));
    await boostNews(client, creatorId, won.id, 'expired');
    await client.claim(lost, { date: '2026-03-27' });
    // A late word of the first boost leaves the slot of the second alone.
    await boostNews(client, creatorId, won.id, 'pending_info');
    expect(await slots(client)).toEqual([lost.id]);
  });

  it('one scheduled discount slot', async () => {
    const client = await world.client();
    const creatorId = await creatorIn(client, 2);
    const rewards = [await client.enabled({ ...DISCOUNT }), await client.enabled({ ...DISCOUNT })];
    const rows = await Promise.all(rewards.map(({ id }) => client.openRow({ creatorId, rewardId: id })));
    const answers = await outcomes(rows.map((row) => client.claim(row, { at: '2026-03-27T14:00:00Z' })));
    expect([...answers].sort()).toEqual(['discount.slot_taken', 'ok']);
  });
});

async function slots(client: ClientWorld): Promise<string[]> {
  const rows = await client.inTenant((tx) =>
    tx.many<{ redemption_id: string }>(sql`
      SELECT redemption_id FROM redemption.claim_slot WHERE client_id = ${client.clientId}`),
  );
  return rows.map((row) => row.redemption_id);
}

describe('dates', () => {
  it.each([
    [{ date: '2026-03-25' }, 'redemption.date_out_of_range'],
    [{ date: '2026-04-02' }, 'redemption.date_out_of_range'],
    [{}, 'validation_failed'],
  ])('a boost for %j is refused: %s', async (wanted, code) => {
    const client = await world.client();
    const reward = await client.enabled({ ...BOOST, tier: 1 });
    const row = await client.openRow({ creatorId: await creatorIn(client, 1), rewardId: reward.id });
    await expect(client.claim(row, wanted)).rejects.toEqual(refusal(code));
  });

  it.each([
    ['2026-03-25T12:59:59Z', false],
    ['2026-03-25T13:00:00Z', true],
    ['2026-03-27T19:59:59Z', true],
    ['2026-03-27T20:00:00Z', false],
    ['2026-03-28T16:00:00Z', false],
  ])('a discount at %s, in New York: %p', async (at, accepted) => {
    const client = await world.client();
    const reward = await client.enabled({ ...DISCOUNT, tier: 1 });
    const row = await client.openRow({ creatorId: await creatorIn(client, 1), rewardId: reward.id });
    expect(await outcomes([client.claim(row, { at })])).toEqual([accepted ? 'ok' : 'redemption.date_out_of_range']);
  });
});

describe('quota', () => {
  it('weekly: over quota the open row stays, and the next week it is claimed', async () => {
    const client = await world.client();
    const reward = await client.enabled({ ...SPARK_ADS, tier: 1, frequency: 'weekly', quantity: 2 });
    const creatorId = await creatorIn(client, 1);
    const claim = async () => client.claim(await client.openRow({ creatorId, rewardId: reward.id }));
    await claim();
    await claim();
    await expect(claim()).rejects.toMatchObject({
      code: 'redemption.limit_reached',
      extra: { resetsAt: '2026-03-29' },
    });
    await client.today('2026-03-28');
    await expect(claim()).rejects.toEqual(refusal('redemption.limit_reached'));
    await client.today('2026-03-29');
    await claim();
    expect(await client.eagerRuleFaults()).toEqual([]);
  });

  it('one time ever: no open row once used up, and a greater quantity makes one again', async () => {
    const client = await world.client();
    const reward = await client.enabled({ ...GIFT_CARD, tier: 1, frequency: 'one_time' });
    const creatorId = await creatorIn(client, 1);
    await client.claim(await client.openRow({ creatorId, rewardId: reward.id }));
    expect((await client.rows({ creatorId })).map(({ status }) => status)).toEqual(['claimed']);
    const change = { id: reward.id, name: undefined, frequency: undefined };
    const { backfillId } = await client.inTenant((tx) =>
      world.get(ChangeReward).execute({ ...change, version: 2, quantity: 2 }, tx),
    );
    await client.finishBackfills();
    const row = await client.openRow({ creatorId, rewardId: reward.id });
    expect(backfillId && (await client.backfill(backfillId))?.totals.created).toBe(1);
    await client.inTenant((tx) => world.get(ChangeReward).execute({ ...change, version: 3, quantity: 1 }, tx));
    await client.finishBackfills();
    const [, hidden] = await client.rows({ creatorId });
    expect(hidden).toMatchObject({ id: row.id, hiddenReason: 'right_used_up' });
  });
});

it('boosts move their redemption: states may be skipped, never turned back', async () => {
  const client = await world.client();
  const reward = await client.enabled({ ...BOOST, tier: 1 });
  const creatorId = await creatorIn(client, 1);
  const row = await client.openRow({ creatorId, rewardId: reward.id });
  await client.claim(row, { date: '2026-03-27' });
  await boostNews(client, creatorId, row.id, 'paid');
  await boostNews(client, creatorId, row.id, 'pending_payout');
  await boostNews(client, creatorId, row.id, 'paid');
  expect((await client.rows({ creatorId }))[0]?.status).toBe('concluded');
  const history = await client.inTenant((tx) =>
    tx.many<{ step: string }>(sql`
      SELECT command || ' ' || to_status || ' ' || actor_kind AS step FROM redemption.redemption_transition
      WHERE client_id = ${client.clientId} AND redemption_id = ${row.id} ORDER BY id`),
  );
  expect(history.map(({ step }) => step)).toEqual([
    'claim claimed creator',
    'fulfil fulfilled system',
    'conclude concluded system',
  ]);
  expect(await slots(client)).toEqual([]);
});
