import { createHash } from 'node:crypto';
import { SealBrokenV1, TOPICS } from '#libs/contracts';
import { sql } from '#libs/persistence';
import { eventually } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  dumpOf,
  offerGift,
  openGiftWorld,
  openRow,
  send,
  type Answered,
  type GiftWorld,
  type Json,
} from './gift-world.ts';

const ADDRESS = {
  firstName: 'Plantedfirst',
  lastName: 'Plantedlast',
  line1: '12 Planted Lane',
  line2: 'Planted floor 4',
  city: 'Plantedville',
  state: 'Plantedstate',
  postalCode: 'PLANTED1',
  country: 'US',
  phone: '+1 217 555 010099',
};
const TRACES_OF_IT = /planted|217 555 010099/i;
const HOODIE = { requiresSize: true, sizeOptions: ['S', 'M'], displayText: 'Hoodie' };

let world: GiftWorld;
let hoodie: string;
let mug: string;

beforeAll(async () => {
  world = await openGiftWorld();
  hoodie = await offerGift(world, HOODIE);
  mug = await offerGift(world, { requiresSize: false, displayText: 'Mug' });
});
afterAll(async () => {
  await world.service.stop();
  world.traces.stop();
  await world.topics.remove();
  await world.database.drop();
});

let keys = 0;
const claim = (id: string, body: unknown, key = `claim-${++keys}`, token = world.tokens.own) =>
  send(world, `POST /v1/redemptions/${id}/claim`, token, { body, key });
const get = (id: string, token = world.tokens.admin) => send(world, `GET /v1/redemptions/${id}`, token);
const step = (id: string, command: string, body?: Json) =>
  send(world, `POST /v1/redemptions/${id}/${command}`, world.tokens.admin, { body });

async function claimedHoodie(): Promise<{ id: string; claimed: Answered }> {
  const id = await openRow(world, hoodie);
  return { id, claimed: await claim(id, { shipping: ADDRESS, size: 'M' }) };
}

const errorsOf = ({ body }: Answered) =>
  (body['errors'] as Json[]).map((fault) => `${fault['pointer']} ${fault['code']}`);

describe('claiming a gift', () => {
  it('keeps the address; it is shown to admins and to its creator, in the answer for one redemption alone', async () => {
    const { id, claimed } = await claimedHoodie();
    expect(claimed).toMatchObject({
      status: 200,
      body: { id, status: 'claimed', type: 'physical_gift', value: HOODIE },
    });
    expect(claimed.text).not.toMatch(TRACES_OF_IT);
    for (const token of [world.tokens.admin, world.tokens.own]) {
      expect((await get(id, token)).body).toMatchObject({ id, shipping: ADDRESS, size: 'M' });
      for (const query of ['', `?rewardId=${hoodie}`, '?status=claimed']) {
        const list = await send(world, `GET /v1/redemptions${query}`, token);
        expect(list.text).toContain(id);
        expect(list.text).not.toMatch(TRACES_OF_IT);
        expect(list.text).not.toContain('"shipping"');
      }
    }
    expect((await get(id, world.tokens.operator)).status).toBe(403);
    for (const stranger of [world.tokens.otherCreator, world.tokens.otherAdmin]) {
      expect(await get(id, stranger)).toMatchObject({ status: 404 });
    }
  });

  it('is answered the same again with the same key, refused with another address, and takes place once', async () => {
    const id = await openRow(world, mug);
    const first = await claim(id, { shipping: ADDRESS }, 'the-key');
    expect(first.status).toBe(200);
    const reordered = Object.fromEntries(Object.entries(ADDRESS).reverse());
    expect(await claim(id, { shipping: reordered }, 'the-key')).toEqual(first);
    const other = await claim(id, { shipping: { ...ADDRESS, line1: '13 Planted Lane' } }, 'the-key');
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency.key_reused' } });
    expect(await claim(id, { shipping: ADDRESS })).toMatchObject({
      status: 409,
      body: { code: 'redemption.not_open' },
    });
    expect((await get(id)).body).toMatchObject({ shipping: ADDRESS, size: null });
  });

  it('by 20 requests at once takes place once, with one address', async () => {
    const id = await openRow(world, mug);
    const lines = Array.from({ length: 20 }, (_, index) => `${index} Planted Lane`);
    const answers = await Promise.all(lines.map((line1) => claim(id, { shipping: { ...ADDRESS, line1 } })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ body }) => body['code'] === 'redemption.not_open')).toHaveLength(19);
    const won = lines[answers.findIndex(({ status }) => status === 200)];
    expect((await get(id)).body['shipping']).toEqual({ ...ADDRESS, line1: won });
  });

  it.each([
    ['no address', {}, ['/shipping required']],
    ['no body', undefined, ['/shipping required', '/size required']],
    [
      'members missing',
      { shipping: { country: 'US' }, size: 'S' },
      ['firstName', 'lastName', 'line1', 'city', 'state', 'postalCode'].map((name) => `/shipping/${name} required`),
    ],
    ['a country that is none', { shipping: { ...ADDRESS, country: 'XX' }, size: 'S' }, ['/shipping/country country']],
    [
      'a line too long',
      { shipping: { ...ADDRESS, line1: 'Planted'.repeat(20) }, size: 'S' },
      ['/shipping/line1 length'],
    ],
    ['a line break', { shipping: { ...ADDRESS, city: 'Planted\nville' }, size: 'S' }, ['/shipping/city characters']],
    ['another size', { shipping: ADDRESS, size: 'XXL' }, ['/size one_of']],
    ['no size', { shipping: ADDRESS }, ['/size required']],
    ['an address of another shape', { shipping: 'Planted Lane', size: 'S' }, ['/shipping is_object']],
  ])('with %s is 422 with pointers and codes, repeats nothing and changes nothing', async (_what, body, faults) => {
    const id = await openRow(world, hoodie);
    const refused = await claim(id, body);
    expect(refused).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
    expect(errorsOf(refused)).toEqual(expect.arrayContaining(faults));
    expect(refused.text).not.toMatch(TRACES_OF_IT);
    expect((await get(id)).body).toMatchObject({ status: 'claimable', shipping: null, size: null });
  });

  it('with a size is refused where there are none; a body that can not be read tells nothing of itself', async () => {
    const id = await openRow(world, mug);
    expect(errorsOf(await claim(id, { shipping: ADDRESS, size: 'S' }))).toEqual(['/size unexpected']);
    const broken = await claim(id, `{"shipping": {"line1": "12 Planted Lane", planted`);
    expect(broken.status).toBe(422);
    expect(broken.text).not.toMatch(TRACES_OF_IT);
    const nul = await claim(id, { shipping: { ...ADDRESS, city: 'Planted\u0000' } });
    expect(errorsOf(nul)).toEqual(['/shipping/city nul_character']);
  });
});

describe('sending a gift', () => {
  it('is shipping it with carrier and tracking number, then delivering it, which concludes it', async () => {
    const { id } = await claimedHoodie();
    expect(await step(id, 'deliver')).toMatchObject({ status: 409, body: { code: 'redemption.illegal_state' } });
    expect(await step(id, 'ship', { carrier: 'UPS' })).toMatchObject({ status: 422 });
    const parcel = { carrier: 'UPS', trackingNumber: '1Z999' };
    const shipped = await step(id, 'ship', parcel);
    expect(shipped).toMatchObject({
      status: 200,
      body: { status: 'claimed', ...parcel, shippedAt: expect.any(String) },
    });
    expect(await step(id, 'ship', parcel)).toMatchObject({ status: 409 });
    const delivered = await step(id, 'deliver', { notes: 'at the door' });
    expect(delivered).toMatchObject({ status: 200, body: { status: 'concluded', ...parcel } });
    expect(await step(id, 'deliver')).toMatchObject({ status: 409 });
    for (const answered of [shipped, delivered]) expect(answered.text).not.toMatch(TRACES_OF_IT);
    expect((await get(id, world.tokens.own)).body).toMatchObject({ status: 'concluded', shipping: ADDRESS, size: 'M' });
  });
});

describe('a stored address', () => {
  const store = (id: string, value: string) =>
    world.database.asAdmin((tx) =>
      tx.execute({
        text: `UPDATE redemption.gift_address SET sealed_order = ${value} WHERE redemption_id = $1`,
        values: [id],
      }),
    );

  it('that is altered, cut or another’s is one clear error and an alert; the list goes on', async () => {
    const [{ id }, { id: other }] = [await claimedHoodie(), await claimedHoodie()];
    const changes = [
      'set_byte(sealed_order, 40, get_byte(sealed_order, 40) # 1)',
      'substr(sealed_order, 1, 30)',
      `(SELECT sealed_order FROM redemption.gift_address WHERE redemption_id = '${other}')`,
    ];
    for (const change of changes) {
      await store(id, change);
      const refused = await get(id);
      expect(refused).toMatchObject({ status: 500, body: { code: 'secret.unreadable' } });
      expect(refused.text).not.toMatch(TRACES_OF_IT);
    }
    expect((await send(world, 'GET /v1/redemptions', world.tokens.admin)).text).toContain(id);
    const metrics = await (await fetch(`${world.service.url}/metrics`)).text();
    const alerts = /laurel_sealed_values_broken_total\{field="gift_address.sealed_order".*\} 3/;
    expect(metrics).toMatch(alerts);
    const lines = world.service
      .logs()
      .split('\n')
      .filter((line) => line.includes('a sealed value does not open'));
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'error', clientId: world.clientId });
    const told = await eventually(async () => {
      const events = await world.topics.read(SealBrokenV1.topic);
      const found = events.filter(({ type }) => type === SealBrokenV1.type);
      return found.length > 0 ? found : undefined;
    });
    const place = { creatorId: world.creatorId, redemptionId: id, field: 'gift_address.sealed_order' };
    expect(told.map(({ data }) => data)).toEqual([place]);
    expect((await get(other)).body).toMatchObject({ shipping: ADDRESS });
  });

  it('has left the process by one door alone: no topic, log line, span, stored answer or row of any table has it', async () => {
    const { id } = await claimedHoodie();
    expect((await get(id)).body).toMatchObject({ shipping: ADDRESS });
    const dump = await dumpOf(world.database);
    for (const table of [
      'gift_address',
      'data_key',
      'idempotency_answer',
      'outbox',
      'claim',
      'redemption_transition',
    ]) {
      expect([table, (dump.get(`redemption.${table}`) ?? '').length > 1]).toEqual([table, true]);
    }
    for (const [table, rows] of dump) expect([table, TRACES_OF_IT.exec(rows)]).toEqual([table, null]);
    for (const topic of TOPICS) expect((await world.topics.readRaw(topic)).join('\n')).not.toMatch(TRACES_OF_IT);
    expect(world.service.logs()).not.toMatch(TRACES_OF_IT);
  });

  it('can not be guessed from the fingerprint of its claim', async () => {
    const id = await openRow(world, mug);
    const body = { shipping: ADDRESS };
    await claim(id, body, 'guess-me');
    const { fingerprint } = await world.database.asAdmin((tx) =>
      tx.one<{ fingerprint: string }>(sql`
        SELECT fingerprint FROM redemption.idempotency_answer WHERE idempotency_key = 'guess-me'`),
    );
    const sorted = Object.fromEntries(Object.entries(ADDRESS).sort(([a], [b]) => (a < b ? -1 : 1)));
    const guess = createHash('sha256')
      .update(`POST /v1/redemptions/${id}/claim\n`)
      .update(JSON.stringify({ shipping: sorted }))
      .digest('hex');
    expect(fingerprint).not.toBe(guess);
  });
});

describe('at the end', () => {
  it('no span has told anything of it', async () => {
    await world.service.stop();
    expect(world.traces.received()).toContain('/v1/redemptions/:id/claim');
    expect(world.traces.received()).not.toMatch(TRACES_OF_IT);
  });
});
