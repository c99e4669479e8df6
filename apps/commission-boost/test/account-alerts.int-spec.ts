import type { CreatorId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { aCreatorId, eventually, placesOf } from '#libs/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Boost } from '../src/domain/boost/boost.ts';
import type { PaymentAccount } from '../src/domain/payment-account/payment-account.ts';
import { AccountFingerprintRepository } from '../src/persistence/account-fingerprint.repository.ts';
import { CompareFormerAccounts } from '../src/use-cases/compare-former-accounts.ts';
import { TellBrokenSeals } from '../src/use-cases/tell-broken-seals.ts';
import { ClientWorld, openBoostWorld, type BoostWorld } from './boost-world.ts';

let world: BoostWorld;
let client: ClientWorld;
let seals: TellBrokenSeals;

beforeAll(async () => {
  Logger.overrideLogger(false);
  world = await openBoostWorld();
  seals = new TellBrokenSeals(world.alerts, world.database, world.raiseAlerts);
  seals.onModuleInit();
});
afterAll(() => world.testDatabase.drop());
beforeEach(() => {
  client = new ClientWorld(world);
});

async function expiredBoosts(count: number): Promise<{ creatorId: CreatorId; boost: Boost }[]> {
  const creators = Array.from({ length: count }, () => aCreatorId());
  const claimed: Boost[] = [];
  for (const creatorId of creators)
    claimed.push(await client.claim({ creatorId, scheduledDate: '2026-01-06', durationDays: 7 }));
  await client.feedAndApply('2026-01-06', new Map(creators.map((creatorId) => [creatorId, 100_000n])));
  await client.feedAndApply('2026-01-13', new Map(creators.map((creatorId) => [creatorId, 157_500n])));
  return Promise.all(
    creators.map(async (creatorId, index) => ({ creatorId, boost: await client.boost(claimed[index]?.id ?? '') })),
  );
}

const give = ({ creatorId, boost }: { creatorId: CreatorId; boost: Boost }, account: PaymentAccount) =>
  world.database.inTenant(client.clientId, (tx) =>
    world.submitPaymentDetails.execute({ boostId: boost.id, creatorId, account }, tx),
  );
const alerts = (kind: string) =>
  world.database.inTenant(client.clientId, (tx) =>
    tx.many<{ creator_id: CreatorId; facts: Record<string, unknown> }>(sql`
      SELECT creator_id, facts FROM commission_boost.alert WHERE kind = ${kind} ORDER BY id`),
  );
const paypal = (account: string): PaymentAccount => ({ method: 'paypal', account });

describe('one account of several creators', () => {
  it('is told once a pair, whatever its capitals, also when both give it at the same instant, and never in clear', async () => {
    const [first, second, third] = await expiredBoosts(3);
    if (!first || !second || !third) throw new Error('three');
    await Promise.all([
      give(first, paypal('jane.shared@example.com')),
      give(second, paypal('Jane.Shared@example.com')),
    ]);
    expect(await alerts('account_shared')).toHaveLength(1);
    await give(third, paypal('own.shared@example.com'));
    expect(await alerts('account_shared')).toHaveLength(1);
    await give(third, paypal('JANE.shared@example.com'));
    await give(third, paypal('own.shared@example.com'));
    await give(third, paypal('jane.shared@example.com'));
    const told = await alerts('account_shared');
    expect(told.map(({ facts }) => facts['creators'])).toEqual([2, 3]);
    expect(told[1]?.creator_id).toBe(third.creatorId);
    expect(await placesOf(world.testDatabase, 'shared@example.com')).toEqual([]);
  });

  it('is none of two clients, nor of one creator with two boosts', async () => {
    const [one] = await expiredBoosts(1);
    if (!one) throw new Error('one');
    await give(one, paypal('jane.two@example.com'));
    client = new ClientWorld(world);
    const [other] = await expiredBoosts(1);
    if (!other) throw new Error('one');
    await give(other, paypal('jane.two@example.com'));
    await give(other, paypal('jane.two2@example.com'));
    await give(other, paypal('jane.two@example.com'));
    expect(await alerts('account_shared')).toEqual([]);
  });

  it('is told of accounts that were given before they could be compared; one that does not open is passed over', async () => {
    const given = await expiredBoosts(3);
    for (const each of given) await give(each, paypal('jane.former@example.com'));
    await world.testDatabase.asAdmin(async (tx) => {
      await tx.execute(sql`DELETE FROM commission_boost.account_fingerprint WHERE client_id = ${client.clientId}`);
      await tx.execute(sql`DELETE FROM commission_boost.alert WHERE client_id = ${client.clientId}`);
      await tx.execute(sql`
        UPDATE commission_boost.payment_detail SET sealed_account = substr(sealed_account, 1, 20)
        WHERE boost_id = ${given[2]?.boost.id}`);
    });
    const compare = new CompareFormerAccounts(
      world.database,
      new AccountFingerprintRepository(),
      world.details,
      world.noteAccount,
    );
    expect([await compare.execute(client.clientId), await compare.execute(client.clientId)]).toEqual([true, false]);
    expect((await alerts('account_shared')).map(({ facts }) => facts['creators'])).toEqual([2]);
  });
});

describe('an account that does not open', () => {
  it.each([
    ['altered', sql`sealed_account = set_byte(sealed_account, 20, get_byte(sealed_account, 20) # 1)`],
    ['cut', sql`sealed_account = substr(sealed_account, 1, 20)`],
    ['given another method', sql`method = 'venmo'`],
    ['given another method, which is not bound', sql`method = 'venmo', method_is_bound = false`],
    [
      'exchanged',
      sql`sealed_account = (SELECT o.sealed_account FROM commission_boost.payment_detail o
                       WHERE o.client_id = d.client_id AND o.boost_id <> d.boost_id)`,
    ],
  ])('since it was %s, is an alert, once, and keeps nobody from reading', async (_, change) => {
    const [broken, sound] = await expiredBoosts(2);
    if (!broken || !sound) throw new Error('two');
    await give(broken, paypal('jane.broken@example.com'));
    await give(sound, paypal('joe.sound@example.com'));
    await world.testDatabase.asAdmin((tx) =>
      tx.execute(sql`UPDATE commission_boost.payment_detail d SET ${change} WHERE boost_id = ${broken.boost.id}`),
    );
    const boosts = await Promise.all([client.boost(broken.boost.id), client.boost(sound.boost.id)]);
    const read = () => world.database.inTenant(client.clientId, (tx) => world.details.accountsOf(boosts, tx));
    expect([...(await read()).keys(), ...(await read()).keys()]).toEqual([sound.boost.id, sound.boost.id]);
    const told = await eventually(async () => {
      const raised = await alerts('seal_broken');
      return raised.length > 0 ? raised : undefined;
    });
    await seals.beforeApplicationShutdown();
    expect(told).toEqual([{ creator_id: broken.creatorId, facts: { field: 'payment_detail.account' } }]);
    expect(await alerts('seal_broken')).toHaveLength(1);
  });
});
