import type { CreatorId, RewardId } from '#libs/kernel';
import { eventually } from '#libs/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { faultsOf, HttpWorld, type Json } from './http-world.ts';
import { GIFT_CARD, VALUES } from './offers.ts';
import { type ClientWorld } from './redemption-world.ts';

let http: HttpWorld;
let client: ClientWorld;
let admin: string;

beforeAll(async () => {
  http = await HttpWorld.open();
});
beforeEach(async () => {
  client = await http.world.client();
  admin = await http.admin(client);
});
afterAll(() => http.close());

const offer = { name: 'A reward', tier: 2, source: 'vip_tier', frequency: 'monthly', quantity: 1 };
const of = (type: keyof typeof VALUES, value: Json = {}) => ({ ...offer, type, value: { ...VALUES[type], ...value } });

describe('a reward that breaks a rule is 422 with pointer and code', () => {
  it.each<[string, Json, string]>([
    ['an amount of nothing', of('gift_card', { amount: { amount: '0.00', currency: 'USD' } }), '/value/amount amount'],
    ['another currency', of('spark_ads', { amount: { amount: '5.00', currency: 'EUR' } }), '/value/amount amount'],
    ['no amount', { ...offer, type: 'spark_ads', value: {} }, '/value/amount required'],
    ['a rate of 0', of('commission_boost', { rateBps: 0 }), '/value/rateBps out_of_range'],
    ['a rate over 100 %', of('commission_boost', { rateBps: 10_001 }), '/value/rateBps out_of_range'],
    ['no days', of('commission_boost', { durationDays: 0 }), '/value/durationDays out_of_range'],
    ['101 percent', of('discount', { percent: 101 }), '/value/percent out_of_range'],
    ['9 minutes', of('discount', { durationMinutes: 9 }), '/value/durationMinutes out_of_range'],
    ['a coupon with lower case', of('discount', { couponCode: 'Glow20' }), '/value/couponCode pattern'],
    ['a coupon of one', of('discount', { couponCode: 'G' }), '/value/couponCode pattern'],
    ['sizes that are none', of('physical_gift', { requiresSize: true }), '/value/sizeOptions required'],
    ['a display text of 28', of('physical_gift', { displayText: 'x'.repeat(28) }), '/value/displayText length'],
    ['an experience of 28', of('experience', { displayText: 'x'.repeat(28) }), '/value/displayText length'],
    ['a member of another type', of('experience', { percent: 20 }), '/value/percent unknown'],
    ['unlimited with a quantity', { ...of('gift_card'), frequency: 'unlimited' }, '/quantity not_allowed'],
    ['a quantity of 11', { ...of('gift_card'), quantity: 11 }, '/quantity out_of_range'],
    ['a quantity of 0', { ...of('gift_card'), quantity: 0 }, '/quantity out_of_range'],
    ['half a quantity', { ...of('gift_card'), quantity: 0.5 }, '/quantity is_int'],
    ['a frequency of its own', { ...of('gift_card'), frequency: 'daily' }, '/frequency is_in'],
    ['no tier of the program', { ...of('gift_card'), tier: 5 }, '/tier out_of_range'],
    ['a VIP reward for no tier', { ...of('gift_card'), tier: null }, '/tier required'],
    ['another source', { ...of('gift_card'), source: 'raffle' }, '/source is_in'],
    ['a blank name', { ...of('gift_card'), name: ' ' }, '/name matches'],
    ['no value', { ...of('gift_card'), value: 25 }, '/value is_object'],
  ])('%s', async (_, body, fault) => {
    const refused = await http.send('POST', '/rewards', admin, { body });
    expect(refused).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
    expect(faultsOf(refused)).toEqual([fault]);
    expect((await http.send('GET', '/rewards', admin)).body['data']).toEqual([]);
  });

  it.each(Object.keys(VALUES) as (keyof typeof VALUES)[])('a sound %s is made, disabled', async (type) => {
    expect(await http.send('POST', '/rewards', admin, { body: of(type) })).toMatchObject({
      status: 201,
      body: { type, enabled: false, value: VALUES[type] },
    });
  });

  it('a mission reward may name no tier', async () => {
    const body = { ...of('experience'), source: 'mission', tier: null };
    expect(await http.send('POST', '/rewards', admin, { body })).toMatchObject({ status: 201, body: { tier: null } });
  });
});

describe('a change of a reward', () => {
  it.each<[Json, string]>([
    [{ type: 'gift_card' }, '/type fixed'],
    [{ type: null }, '/type fixed'],
    [{ tier: 3 }, '/tier fixed'],
    [{ source: 'mission' }, '/source fixed'],
    [{ value: {} }, '/value fixed'],
    [{ enabled: true }, '/enabled unknown'],
    [{ name: null }, '/name matches'],
    [{ frequency: null }, '/frequency is_in'],
    [{ quantity: 11 }, '/quantity out_of_range'],
    [{ frequency: 'unlimited', quantity: 2 }, '/quantity not_allowed'],
  ])('%j is 422', async (body, fault) => {
    const reward = await client.reward(GIFT_CARD);
    const refused = await http.send('PATCH', `/rewards/${reward.id}`, admin, { body, tag: '"1"' });
    expect([refused.status, ...(refused.status === 422 ? faultsOf(refused) : [])]).toEqual([422, fault]);
    expect((await http.send('GET', `/rewards/${reward.id}`, admin)).body).toMatchObject({ version: 1 });
  });

  it('of its quantity or frequency starts a job that creates, hides and brings back', async () => {
    const reward = await client.enabled({ ...GIFT_CARD, frequency: 'one_time' });
    const [creatorId] = (await client.onboard(1)) as [CreatorId];
    await client.moveTo([creatorId, 2]);
    await client.claim(await client.openRow({ creatorId, rewardId: reward.id }));
    const unclaimed = async () => (await client.rows({ creatorId })).filter(({ status }) => status === 'claimable');
    const change = (version: number, body: Json) => changed(reward.id, version, body);
    expect(await change(2, { quantity: 2 })).toMatchObject({ status: 'done', created: 1 });
    const [made] = await unclaimed();
    expect(await change(3, { quantity: 1 })).toMatchObject({
      status: 'done',
      hidden: 1,
      excluded: { right_used_up: 1 },
    });
    expect(await unclaimed()).toMatchObject([{ id: made?.id, hiddenReason: 'right_used_up' }]);
    expect(await change(4, { frequency: 'weekly' })).toMatchObject({ status: 'done', broughtBack: 1 });
    expect(await unclaimed()).toMatchObject([{ id: made?.id, hidden: false }]);
    expect(await change(5, { name: 'Another' })).toBeUndefined();
  });

  /** The job that a change has started, at its end. */
  async function changed(id: RewardId, version: number, body: Json): Promise<Json | undefined> {
    const answered = await http.send('PATCH', `/rewards/${id}`, admin, { body, tag: `"${version}"` });
    expect(answered).toMatchObject({ status: 200, body: { ...body, version: version + 1 } });
    const job = answered.body['backfillId'];
    if (job === null) return undefined;
    return eventually(async () => {
      const { body: now } = await http.send('GET', `/backfills/${String(job)}`, admin);
      return now['status'] === 'done' && now;
    });
  }
});
