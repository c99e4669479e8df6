import type { ClientId, CreatorId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { KeyRing, Vault, type KeyProvider, type Opening, type SealedPlace } from '#libs/secrets';
import { aCreatorId, eventually } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addressOf, aMasterKey, openSecretsWorld, ringOf, type SecretsWorld } from './secrets-world.ts';

const TEXT = '12 Cherry Lane';
const master = aMasterKey('m1');

let world: SecretsWorld;
let clientId: ClientId;
let vault: Vault;

beforeAll(async () => {
  world = await openSecretsWorld();
  clientId = await world.client();
  vault = world.process(ringOf(master)).vault;
});
afterAll(() => world.testDatabase.drop());

const seal = (place: SealedPlace, text = TEXT) => world.inTenant(clientId, (tx) => vault.seal({ place, text }, tx));
const open = (place: SealedPlace, sealed: Buffer, by = vault, of = clientId): Promise<Opening | undefined> =>
  world.inTenant(of, async (tx) => (await by.openAll([{ place, sealed }], tx))[0]);

const BROKEN = { kind: 'broken', error: { code: 'secret.unreadable' } };

function setKey(creatorId: CreatorId, change: string): Promise<unknown> {
  return world.testDatabase.asAdmin((tx) =>
    tx.execute({ text: `UPDATE redemption.data_key SET ${change} WHERE creator_id = $1`, values: [creatorId] }),
  );
}

describe('a sealed value', () => {
  it('opens where it was sealed, and gives one key to a creator, whatever is sealed at once', async () => {
    const [creatorId, other] = [aCreatorId(), aCreatorId()];
    const places = [addressOf(creatorId, 1), addressOf(creatorId, 2), addressOf(other, 3)];
    const texts = ['', '✨ Straße 5', 'x'.repeat(10_000)];
    const secrets = places.map((place, index) => ({ place, text: texts[index] ?? '' }));
    const [sealed, again] = await Promise.all([
      world.inTenant(clientId, (tx) => vault.sealAll(secrets, tx)),
      seal(addressOf(creatorId, 4)),
    ]);
    const values = places.map((place, index) => ({ place, sealed: sealed[index] ?? Buffer.alloc(0) }));
    const opened = await world.inTenant(clientId, (tx) => vault.openAll(values, tx));
    expect(opened).toEqual(texts.map((text) => ({ kind: 'opened', text })));
    expect(await open(addressOf(creatorId, 4), again)).toEqual({ kind: 'opened', text: TEXT });
    const keys = await world.inTenant(clientId, (tx) =>
      tx.many(sql`SELECT FROM redemption.data_key WHERE creator_id = ANY(${[creatorId, other]}::uuid[])`),
    );
    expect(keys).toHaveLength(2);
  });

  it('does not open for another creator, field, row or client; each is alerted, and the error tells nothing', async () => {
    const [creatorId, other] = [aCreatorId(), aCreatorId()];
    const [place, stranger] = [addressOf(creatorId), await world.client()];
    const sealed = await seal(place);
    await seal(addressOf(other));
    await world.inTenant(stranger, (tx) => vault.seal({ place, text: TEXT }, tx));
    const before = await world.alerts('gift.address');
    expect(await open(addressOf(other), sealed)).toMatchObject(BROKEN);
    expect(await open(addressOf(creatorId, 2), sealed)).toMatchObject(BROKEN);
    expect(await open(place, sealed, vault, stranger)).toMatchObject(BROKEN);
    const wrongField = { ...place, field: 'payment_detail.account/1' };
    const opening = await open(wrongField, sealed);
    expect(opening).toMatchObject(BROKEN);
    expect(String((opening as { error: Error }).error)).not.toContain('Cherry');
    expect((await world.alerts('gift.address')) - before).toBe(3);
    expect(await world.alerts('payment_detail.account')).toBe(1);
    expect(await open(place, sealed)).toEqual({ kind: 'opened', text: TEXT });
  });

  it('does not open when it is altered, cut, or its data key is altered, exchanged or gone', async () => {
    const [creatorId, other] = [aCreatorId(), aCreatorId()];
    const place = addressOf(creatorId);
    const sealed = await seal(place);
    const alien = await seal(addressOf(other));
    const altered = Buffer.from(sealed);
    altered[20] = (altered[20] ?? 0) ^ 1;
    for (const bytes of [altered, sealed.subarray(0, -1), sealed.subarray(0, 5), Buffer.alloc(0), alien]) {
      expect(await open(place, bytes)).toMatchObject(BROKEN);
    }
    await setKey(creatorId, `wrapped = set_byte(wrapped, 30, get_byte(wrapped, 30) # 1)`);
    expect(await open(place, sealed)).toMatchObject(BROKEN);
    await expect(seal(place)).rejects.toMatchObject({ code: 'secret.unreadable' });
    await setKey(creatorId, `wrapped = (SELECT wrapped FROM redemption.data_key WHERE creator_id = '${other}')`);
    expect(await open(place, sealed)).toMatchObject(BROKEN);
    await setKey(other, `master_key_id = 'm0'`);
    expect(await open(addressOf(other), alien)).toMatchObject(BROKEN);
    expect(await open(addressOf(aCreatorId()), sealed)).toMatchObject(BROKEN);
  });

  it('that does not open keeps no other of its set from it', async () => {
    const places = [1, 2, 3].map(() => addressOf(aCreatorId()));
    const sealed = await Promise.all(places.map((place) => seal(place)));
    const values = places.map((place, index) => ({ place, sealed: sealed[index === 1 ? 0 : index] ?? Buffer.of() }));
    const openings = await world.inTenant(clientId, (tx) => vault.openAll(values, tx));
    expect(openings.map(({ kind }) => kind)).toEqual(['opened', 'broken', 'opened']);
  });

  it('does not open with another master key of the same name', async () => {
    const place = addressOf(aCreatorId());
    const sealed = await seal(place);
    expect(await open(place, sealed, world.process(ringOf(aMasterKey('m1'))).vault)).toMatchObject(BROKEN);
  });
});

async function somebodyWaits(): Promise<boolean> {
  const { waiting } = await world.testDatabase.asAdmin((tx) =>
    tx.one<{ waiting: number }>(sql`
      SELECT count(*)::int AS waiting FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`),
  );
  return waiting > 0;
}

describe('destroying a data key', () => {
  it('makes all that its creator has unreadable for good, and nobody else’s', async () => {
    const [creatorId, other, third] = [aCreatorId(), aCreatorId(), aCreatorId()];
    const sealed = await seal(addressOf(creatorId));
    const kept = await seal(addressOf(other));
    const destroy = () => world.inTenant(clientId, (tx) => vault.destroyKeys([creatorId, third], tx));
    expect([await destroy(), await destroy()]).toEqual([2, 0]);
    const alerts = await world.alerts('gift.address');
    expect(await open(addressOf(creatorId), sealed)).toEqual({ kind: 'erased' });
    expect(await world.inTenant(clientId, (tx) => vault.open({ place: addressOf(creatorId), sealed }, tx))).toBe(
      undefined,
    );
    expect(await world.alerts('gift.address')).toBe(alerts);
    await expect(seal(addressOf(creatorId))).rejects.toMatchObject({ code: 'creator.erased' });
    await expect(seal(addressOf(third))).rejects.toMatchObject({ code: 'creator.erased' });
    expect(await open(addressOf(other), kept)).toMatchObject({ kind: 'opened' });
    const row = await world.testDatabase.asAdmin((tx) =>
      tx.one(sql`SELECT master_key_id, wrapped FROM redemption.data_key WHERE creator_id = ${creatorId}`),
    );
    expect(row).toEqual({ master_key_id: null, wrapped: null });
    const undo = setKey(creatorId, `wrapped = '\\x00', master_key_id = 'm1', destroyed_at = NULL`);
    await expect(undo).rejects.toThrow(/is destroyed/);
  });

  it('waits for a transaction that has sealed', async () => {
    const creatorId = aCreatorId();
    await seal(addressOf(creatorId));
    const order: string[] = [];
    let destroyed: Promise<unknown> = Promise.resolve();
    await world.inTenant(clientId, async (tx) => {
      await vault.seal({ place: addressOf(creatorId), text: TEXT }, tx);
      destroyed = world.inTenant(clientId, (other) => vault.destroyKeys([creatorId], other));
      destroyed = destroyed.then(() => order.push('destroyed'));
      await eventually(somebodyWaits);
      order.push('sealed');
    });
    await destroyed;
    expect(order).toEqual(['sealed', 'destroyed']);
  });
});

describe('a digest', () => {
  const digest = (place: SealedPlace, text: string) =>
    world.inTenant(clientId, (tx) => vault.digest({ place, text }, tx));

  it('is the same for the same text of the same creator and field, and for nothing else', async () => {
    const [creatorId, other] = [aCreatorId(), aCreatorId()];
    const first = await digest(addressOf(creatorId), TEXT);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await digest(addressOf(creatorId), TEXT)).toBe(first);
    const others = [
      await digest(addressOf(creatorId), `${TEXT} `),
      await digest(addressOf(creatorId, 2), TEXT),
      await digest(addressOf(other), TEXT),
    ];
    expect(new Set([first, ...others]).size).toBe(4);
    await world.inTenant(clientId, (tx) => vault.destroyKeys([creatorId], tx));
    await expect(digest(addressOf(creatorId), TEXT)).rejects.toMatchObject({ code: 'creator.erased' });
  });
});

describe('a set', () => {
  it('unwraps the key of each creator once, however many values it has', async () => {
    const ring: KeyProvider = new KeyRing({ keys: [master], file: undefined });
    let unwrapped = 0;
    const counting: KeyProvider = {
      currentKeyId: () => ring.currentKeyId(),
      keyIds: () => ring.keyIds(),
      wrap: (key, binding) => ring.wrap(key, binding),
      unwrap: (key, binding) => {
        unwrapped += 1;
        return ring.unwrap(key, binding);
      },
    };
    const own = await world.client();
    const creators = Array.from({ length: 4_500 }, () => aCreatorId());
    const secrets = [1, 2].flatMap((row) =>
      creators.map((creatorId) => ({ place: addressOf(creatorId, row), text: `account ${row} of ${creatorId}` })),
    );
    const counted = world.process(counting).vault;
    const sealed = await world.inTenant(own, (tx) => counted.sealAll(secrets, tx));
    const values = secrets.map(({ place }, index) => ({ place, sealed: sealed[index] ?? Buffer.alloc(0) }));
    unwrapped = 0;
    const opened = await world.inTenant(own, (tx) => counted.openAll(values, tx));
    expect(opened).toEqual(secrets.map(({ text }) => ({ kind: 'opened', text })));
    expect(unwrapped).toBe(4_500);
  });
});
