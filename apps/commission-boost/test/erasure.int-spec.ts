import { randomUUID } from 'node:crypto';
import type { CreatorId } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { sql } from '#libs/persistence';
import { Erasures } from '#libs/secrets';
import { Answer, Idempotency } from '#libs/service-kit';
import { aCreatorId, erasureAdvanced, erasureAnswered, placesOf } from '#libs/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Boost } from '../src/domain/boost/boost.ts';
import { AccountFingerprintRepository } from '../src/persistence/account-fingerprint.repository.ts';
import { ErasedCreatorRepository } from '../src/persistence/erased-creator.repository.ts';
import { CarryOutErasures } from '../src/use-cases/carry-out-erasures.ts';
import { DestroyCreator } from '../src/use-cases/destroy-creator.ts';
import { EndErasedBoosts } from '../src/use-cases/end-erased-boosts.ts';
import { FollowErasures } from '../src/use-cases/follow-erasures.ts';
import { ClientWorld, openBoostWorld, received, redemptionClaimed, SCHEMA, type BoostWorld } from './boost-world.ts';

let world: BoostWorld;
let client: ClientWorld;
let creatorId: CreatorId;
let erasureId: string;
let follow: FollowErasures;
let carryOut: CarryOutErasures;

beforeAll(async () => {
  world = await openBoostWorld();
  const [erasures, erased] = [new Erasures(SCHEMA), new ErasedCreatorRepository()];
  follow = new FollowErasures(erasures, erased);
  const destroy = new DestroyCreator(erased, new AccountFingerprintRepository(), world.vault, erasures);
  const end = new EndErasedBoosts(erased, world.setFinalAmount, world.payBoost);
  carryOut = new CarryOutErasures(world.database, erased, destroy, end, new Outbox(SCHEMA, 'laurel/commission-boost'));
});
afterAll(() => world.testDatabase.drop());
beforeEach(() => {
  client = new ClientWorld(world);
  [creatorId, erasureId] = [aCreatorId(), randomUUID()];
});

const of = () => ({ clientId: client.clientId, creatorId, erasureId });
const hear = (status: 'checking' | 'refused' | 'erasing', forced = false) =>
  client.inLane(creatorId, (tx) => follow.note([erasureAdvanced({ ...of(), status, forced }).data], tx));
const hearOfClaims = (...claimedBoosts: string[]) =>
  client.inLane(creatorId, (tx) => follow.noteClaims([erasureAnswered({ ...of(), claimedBoosts }).data], tx));
const work = () => carryOut.execute(client.clientId);
const answers = async () =>
  (await client.announced('laurel.erasure.answered.v1')).map(({ version, data }) => ({ version, ...data }));

const feed = (date: string, gmv: bigint) => client.feedAndApply(date, new Map([[creatorId, gmv]]));
const claim = () => client.claim({ creatorId, scheduledDate: '2026-01-06', durationDays: 7 });
const submit = (boost: Boost, account = 'quill.pay@example.com') =>
  world.database.inTenant(client.clientId, (tx) =>
    world.submitPaymentDetails.execute({ boostId: boost.id, creatorId, account: { method: 'paypal', account } }, tx),
  );
const setFinal = (boost: Boost, reason: string) =>
  client.inLane(creatorId, (tx) =>
    world.setFinalAmount.execute(
      { boostId: boost.id, amount: '12.00', currency: undefined, reason, adminId: 'admin-1' },
      tx,
    ),
  );
const payNow = (boost: Boost, overrideHoldReason: string) =>
  client.inLane(creatorId, (tx) =>
    world.payBoost.execute({ boostId: boost.id, adminId: 'a', transactionId: 'TX-1', overrideHoldReason }, tx),
  );

async function expired(): Promise<Boost> {
  const { id } = await claim();
  await feed('2026-01-06', 100_000n);
  await feed('2026-01-13', 157_500n);
  return client.boost(id);
}

describe('an erasure', () => {
  it('is answered once every claim that redemption knows of is known here, twice as well as once', async () => {
    await hear('checking');
    const late = randomUUID();
    await hearOfClaims(late);
    expect(await work()).toBe(false);
    const boost = await client.claim({ creatorId, redemptionId: late, scheduledDate: '2026-01-06' });
    expect(await work()).toBe(true);
    await hear('checking');
    await hearOfClaims(late);
    expect(await work()).toBe(false);
    expect(await answers()).toEqual([
      expect.objectContaining({
        version: 1,
        stage: 'checked',
        obligations: [{ kind: 'boost_not_paid', id: boost.id }],
      }),
    ]);
  });

  it('is answered while a claim still waits for the slot of another, which is owed as well', async () => {
    const [first, waiting] = [randomUUID(), randomUUID()];
    const claims = [first, waiting].map((redemptionId) =>
      received(redemptionClaimed(client.clientId, { creatorId, redemptionId, scheduledDate: '2026-01-06' })),
    );
    await client.inLane(creatorId, (tx) => world.scheduleBoosts.execute(claims, tx));
    await hear('checking');
    await hearOfClaims(first, waiting);
    expect(await work()).toBe(true);
    const owed = [(await client.boost(first)).id, waiting].sort().map((id) => ({ kind: 'boost_not_paid', id }));
    expect(await answers()).toEqual([expect.objectContaining({ stage: 'checked', obligations: owed })]);
  });

  it('tells a payment that is on its way as one', async () => {
    const boost = await expired();
    await submit(boost);
    await client.inLane(creatorId, async (tx) => {
      await tx.execute(sql`UPDATE commission_boost.boost SET released_at = now() WHERE id = ${boost.id}`);
      const run = await tx.one<{ id: string }>(sql`
        INSERT INTO commission_boost.payout_run (client_id, currency, programme_date, created_at, created_by)
        VALUES (${client.clientId}, 'USD', '2026-01-13', now(), 'an admin') RETURNING id`);
      await tx.execute(sql`
        INSERT INTO commission_boost.payout_attempt
          (client_id, run_id, boost_id, creator_id, reference, amount_minor, payment_detail_version)
        VALUES (${client.clientId}, ${run.id}, ${boost.id}, ${creatorId}, 'P' || repeat('0', 29), 2875, 1)`);
    });
    await hear('checking', true);
    await hearOfClaims(boost.redemptionId);
    await work();
    expect((await answers())[0]).toMatchObject({ obligations: [{ kind: 'boost_in_payout_run', id: boost.id }] });
  });

  it('keeps accounts out from its first word on, until it is refused', async () => {
    const boost = await expired();
    await hear('checking');
    await expect(submit(boost)).rejects.toMatchObject({ code: 'creator.being_erased' });
    await hear('refused');
    await hear('checking');
    expect(await submit(boost)).toMatchObject({ status: 'pending_payout' });
    erasureId = randomUUID();
    await hear('erasing', true);
    await work();
    await expect(submit(boost)).rejects.toMatchObject({ code: 'creator.erased' });
  });

  it('takes the fingerprints of what was asked with a reason, which could be confirmed by guessing', async () => {
    const boost = await expired();
    const call = (of: Boost) => ({
      clientId: client.clientId,
      key: `final-${of.id}`,
      route: 'final-amount',
      body: { reason: 'zephyr quill has asked for it' },
    });
    const answer = (of: Boost) =>
      new Idempotency(world.database, SCHEMA).run(call(of), [], async () =>
        Promise.resolve(new Answer(200, { id: of.id, creatorId: of.creatorId })),
      );
    const other = await client.claim({ creatorId: aCreatorId(), scheduledDate: '2026-02-06' });
    for (const each of [boost, other]) await answer(each);
    await hear('erasing', true);
    await work();
    await expect(answer(boost)).rejects.toMatchObject({ code: 'idempotency.key_reused' });
    expect((await answer(other)).body).toMatchObject({ id: other.id });
    const kept = await world.database.inTenant(client.clientId, (tx) =>
      tx.many<{ fingerprint: string }>(sql`
        SELECT fingerprint FROM commission_boost.idempotency_answer WHERE client_id = ${client.clientId}`),
    );
    expect(kept.map(({ fingerprint }) => fingerprint === 'erased').toSorted()).toEqual([false, true]);
  });

  it('destroys account, key, hash and what people have written; amounts and history stay', async () => {
    const boost = await expired();
    await submit(boost);
    await setFinal(boost, 'zephyr quill has asked for it');
    await payNow(boost, 'zephyr quill needs it at once');
    const before = await client.boost(boost.id);
    await hear('erasing');
    await work();
    const after = await client.boost(boost.id);
    expect({ ...after, payment: null }).toEqual({ ...before, payment: null });
    expect(after.payment).toMatchObject({ transactionId: 'TX-1', holdOverrideReason: 'erased' });
    const accounts = await world.database.inTenant(client.clientId, (tx) => world.details.accountsOf([after], tx));
    expect(accounts.size).toBe(0);
    expect(await placesOf(world.testDatabase, 'zephyr quill')).toEqual([]);
    expect(await placesOf(world.testDatabase, 'quill.pay')).toEqual([]);
    expect((await answers()).at(-1)).toMatchObject({
      stage: 'erased',
      version: 2,
      erased: [
        { what: 'data_key', count: 1 },
        { what: 'accounts', count: 1 },
        { what: 'account_fingerprints', count: 1 },
        { what: 'reasons', count: 2 },
        { what: 'boosts_ended', count: 0 },
        { what: 'boosts_that_will_end', count: 0 },
      ],
    });
    const told = (await answers()).length;
    await hear('erasing');
    await hear('checking');
    await work();
    expect((await answers()).length).toBe(told);
  });

  it('leaves nothing of an account that no key of the creator’s had sealed', async () => {
    const boost = await expired();
    await submit(boost);
    await world.testDatabase.asAdmin((tx) =>
      tx.execute(sql`UPDATE commission_boost.payment_detail SET key_id = 'former' WHERE boost_id = ${boost.id}`),
    );
    await hear('erasing', true);
    await work();
    const { left } = await world.testDatabase.asAdmin((tx) =>
      tx.one<{ left: string }>(sql`
        SELECT octet_length(sealed_account) AS left FROM commission_boost.payment_detail WHERE boost_id = ${boost.id}`),
    );
    expect(Number(left)).toBe(0);
  });

  it('that is forced ends boosts with 0, at once or when their time has come, each step once', async () => {
    const boost = await expired();
    await submit(boost);
    const next = await client.claim({ creatorId, scheduledDate: '2026-01-20', durationDays: 7 });
    await hear('erasing', true);
    expect(await work()).toBe(true);
    expect(await work()).toBe(false);
    expect(await client.boost(boost.id)).toMatchObject({ status: 'paid', finalPayoutMinor: 0n });
    expect(await client.boost(next.id)).toMatchObject({ status: 'scheduled' });
    await feed('2026-01-20', 160_000n);
    expect(await work()).toBe(false);
    await feed('2026-01-27', 190_000n);
    await work();
    await work();
    const ended = await client.boost(next.id);
    expect(ended).toMatchObject({ status: 'paid', finalPayoutMinor: 0n, payment: { transactionId: 'zero' } });
    expect(ended.expiry?.calculatedPayoutMinor).toBe(1_500n);
    expect(await client.history(ended)).toHaveLength(6);
    const steps = await client.announced('laurel.boost.status-changed.v1');
    expect(steps.filter(({ data }) => data['boostId'] === next.id).map(({ version }) => version)).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
    expect((await answers()).at(-1)).toMatchObject({
      erased: expect.arrayContaining([
        { what: 'boosts_ended', count: 1 },
        { what: 'boosts_that_will_end', count: 1 },
      ]),
    });
  });
});

it('texts are erased of erased creators alone, and a paid boost changes in nothing else', async () => {
  const boost = await expired();
  await submit(boost);
  await payNow(boost, 'a reason to override it');
  const run = (statement: Parameters<typeof world.database.inTenant>[1]) =>
    world.database.inTenant(client.clientId, statement);
  await expect(run((tx) => tx.execute(sql`SELECT commission_boost.erase_texts(${creatorId}::uuid)`))).rejects.toThrow(
    /is not erased/,
  );
  await expect(
    run((tx) =>
      tx.execute(sql`UPDATE commission_boost.boost SET hold_override_reason = 'erased' WHERE id = ${boost.id}`),
    ),
  ).rejects.toThrow(/a paid boost never changes/);
});
