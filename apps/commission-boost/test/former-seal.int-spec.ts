import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CreatorId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import type { SealedPlace } from '#libs/secrets';
import { aCreatorId } from '#libs/testing';
import type { Boost } from '../src/domain/boost/boost.ts';
import type { PaymentAccount } from '../src/domain/payment-account/payment-account.ts';
import { PaymentDetailRepository } from '../src/persistence/payment-detail.repository.ts';
import { FormerSealReconciler } from '../src/reconcilers/former-seal.reconciler.ts';
import { ClientWorld, openBoostWorld, refusalOf, type BoostWorld } from './boost-world.ts';

const account = (name: string): PaymentAccount => ({ method: 'paypal', account: `${name}@example.com` });

let world: BoostWorld;
let client: ClientWorld;

beforeAll(async () => {
  world = await openBoostWorld();
});
afterAll(() => world.testDatabase.drop());
beforeEach(async () => {
  client = new ClientWorld(world);
  await world.database.inTenant(client.clientId, (tx) => world.clients.register(tx));
});

async function expiredBoost(creatorId: CreatorId): Promise<Boost> {
  const { id } = await client.claim({ creatorId, scheduledDate: '2026-01-06', durationDays: 7 });
  await client.feedAndApply('2026-01-06', new Map([[creatorId, 100_000n]]));
  await client.feedAndApply('2026-01-13', new Map([[creatorId, 157_500n]]));
  return client.boost(id);
}

/** Boosts with details as they were stored before creators had keys, 1 to 3 versions of each. */
async function formerlySealed(count: number): Promise<{ boost: Boost; account: PaymentAccount }[]> {
  const made: { boost: Boost; account: PaymentAccount }[] = [];
  for (let index = 0; index < count; index++) {
    const creatorId = aCreatorId();
    const boost = await expiredBoost(creatorId);
    const versions = 1 + (index % 3);
    for (let version = 1; version <= versions; version++) {
      await world.database.inTenant(client.clientId, (tx) =>
        world.submitPaymentDetails.execute(
          { boostId: boost.id, creatorId, account: account(`${index}-${version}`) },
          tx,
        ),
      );
    }
    made.push({ boost: await client.boost(boost.id), account: account(`${index}-${versions}`) });
    for (let version = 1; version <= versions; version++) await sealAsBefore(boost, index, version);
  }
  return made;
}

async function sealAsBefore(boost: Boost, index: number, version: number): Promise<void> {
  const place: SealedPlace = { creatorId: boost.creatorId, field: `payment_detail.account/${boost.id}/${version}` };
  const former = world.formerSeal.seal(account(`${index}-${version}`).account, client.clientId, place);
  await world.testDatabase.asAdmin((tx) =>
    tx.execute(sql`
      UPDATE commission_boost.payment_detail SET sealed_account = ${former}, key_id = ${world.formerSeal.keyId}, method_is_bound = false
      WHERE boost_id = ${boost.id} AND version = ${version}`),
  );
}

const withFormerKey = () => new PaymentDetailRepository(world.vault, world.alerts, world.formerSeal);
const withoutIt = () => new PaymentDetailRepository(world.vault, world.alerts, undefined);
const sealAnew = (details: PaymentDetailRepository) =>
  new FormerSealReconciler(world.database, world.clients, details).runOnce();

async function accountsBy(details: PaymentDetailRepository, boosts: readonly Boost[]): Promise<unknown[]> {
  const accounts = await world.database.inTenant(client.clientId, (tx) => details.accountsOf(boosts, tx));
  return boosts.map((boost) => accounts.get(boost.id));
}

const left = (): Promise<number> =>
  world.database.inTenant(client.clientId, async (tx) => {
    const { count } = await tx.one<{ count: number }>(sql`
      SELECT count(*)::int AS count FROM commission_boost.payment_detail WHERE key_id IS NOT NULL`);
    return count;
  });

describe('accounts that were sealed before creators had keys', () => {
  it('open, beside new ones, and are sealed anew with all their versions; then the former key is in no use', async () => {
    const made = await formerlySealed(5);
    const boosts = made.map(({ boost }) => boost);
    const expected = made.map(({ account: known }) => known);
    expect(await left()).toBe(9);
    expect(await accountsBy(withFormerKey(), boosts)).toEqual(expected);
    expect(await accountsBy(withoutIt(), boosts)).toEqual(boosts.map(() => undefined));

    await Promise.all([sealAnew(withFormerKey()), sealAnew(withFormerKey())]);
    expect(await left()).toBe(0);
    expect(await accountsBy(withoutIt(), boosts)).toEqual(expected);
    await sealAnew(withoutIt());
    expect(await accountsBy(withoutIt(), boosts)).toEqual(expected);
  });

  it('stay as they are while their key is not there, or one of them is altered', async () => {
    const made = await formerlySealed(2);
    const boosts = made.map(({ boost }) => boost);
    await sealAnew(withoutIt());
    expect(await left()).toBe(3);
    await world.testDatabase.asAdmin((tx) =>
      tx.execute(sql`
        UPDATE commission_boost.payment_detail SET sealed_account = substr(sealed_account, 1, 30)
        WHERE boost_id = ${boosts[0]?.id}`),
    );
    await sealAnew(withFormerKey());
    expect(await left()).toBe(1);
    expect(await accountsBy(withFormerKey(), boosts)).toEqual([undefined, made[1]?.account]);
  });

  it('are all that the owner’s function exchanges: no other row, tenant, version or ciphertext', async () => {
    const creatorId = aCreatorId();
    const boost = await expiredBoost(creatorId);
    await world.database.inTenant(client.clientId, (tx) =>
      world.submitPaymentDetails.execute({ boostId: boost.id, creatorId, account: account('jane') }, tx),
    );
    const exchange = (of: ClientWorld, former = sql`sealed_account`) =>
      world.database.inTenant(of.clientId, (tx) =>
        tx.one<{ done: boolean }>(sql`
          SELECT coalesce(bool_or(commission_boost.seal_account_anew(boost_id, version, ${former}, '\\x00')), false) AS done
          FROM commission_boost.payment_detail WHERE boost_id = ${boost.id}`),
      );
    expect(await exchange(client)).toEqual({ done: false });
    await sealAsBefore(boost, 0, 1);
    expect(await exchange(new ClientWorld(world))).toEqual({ done: false });
    expect(await exchange(client, sql`'\\x01'`)).toEqual({ done: false });
    expect(await left()).toBe(1);
    const update = world.database.inTenant(client.clientId, (tx) =>
      tx.execute(sql`UPDATE commission_boost.payment_detail SET key_id = NULL WHERE boost_id = ${boost.id}`),
    );
    expect(await refusalOf(update)).toMatch(/permission denied/);
  });
});
