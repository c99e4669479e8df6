import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LaurelError } from '#libs/contracts';
import { toCalendarDate, type CreatorId } from '#libs/kernel';
import { keyOf } from '#libs/messaging';
import { sql } from '#libs/persistence';
import { Answer, Idempotency } from '#libs/service-kit';
import { aCreatorId } from '#libs/testing';
import type { Boost } from '../src/domain/boost/boost.ts';
import type { PaymentAccount } from '../src/domain/payment-account/payment-account.ts';
import { ClientWorld, openBoostWorld, SCHEMA, type BoostWorld } from './boost-world.ts';

const REASON = 'agreed with the creator';
const PAYPAL: PaymentAccount = { method: 'paypal', account: 'jane.doe@example.com' };

let world: BoostWorld;
let client: ClientWorld;
let creatorId: CreatorId;

beforeAll(async () => {
  world = await openBoostWorld();
});
afterAll(() => world.testDatabase.drop());
beforeEach(() => {
  client = new ClientWorld(world);
  creatorId = aCreatorId();
});

/** Expired on 2026-01-13 with a payout of 28.75, payable from 2026-02-02. */
async function expiredBoost(deltaMinor = 57_500n): Promise<Boost> {
  const { id } = await client.claim({ creatorId, scheduledDate: '2026-01-06', durationDays: 7 });
  await client.feedAndApply('2026-01-06', new Map([[creatorId, 100_000n]]));
  await client.feedAndApply('2026-01-13', new Map([[creatorId, 100_000n + deltaMinor]]));
  return client.boost(id);
}

function submit(boost: Boost, account: PaymentAccount): Promise<Boost> {
  return world.database.inTenant(client.clientId, (tx) =>
    world.submitPaymentDetails.execute({ boostId: boost.id, creatorId, account }, tx),
  );
}

function setFinal(boost: Boost, amount: string, currency?: string): Promise<Boost> {
  const order = { boostId: boost.id, amount, currency, reason: REASON, adminId: 'admin-1' };
  return client.inLane(creatorId, (tx) => world.setFinalAmount.execute(order, tx));
}

function pay(boost: Boost, order: { transactionId?: string; overrideHoldReason?: string } = {}): Promise<Boost> {
  const { transactionId = 'TX-1', overrideHoldReason = null } = order;
  return client.inLane(creatorId, (tx) =>
    world.payBoost.execute({ boostId: boost.id, adminId: 'admin-1', transactionId, overrideHoldReason }, tx),
  );
}

/** As the route does it. @returns `200`, or the code of the refusal */
async function payOverHttp(boost: Boost, index: number): Promise<string> {
  const call = { clientId: client.clientId, key: randomUUID(), route: `POST /v1/boosts/${boost.id}/pay`, body: {} };
  const order = {
    boostId: boost.id,
    adminId: `admin-${index}`,
    transactionId: `TX-${index}`,
    overrideHoldReason: null,
  };
  try {
    const { status } = await new Idempotency(world.database, SCHEMA).run(
      call,
      [keyOf(client.clientId, creatorId)],
      async (tx) => new Answer(200, { status: (await world.payBoost.execute(order, tx)).status }),
    );
    return String(status);
  } catch (error) {
    if (error instanceof LaurelError) return error.code;
    throw error;
  }
}

function programmeDate(date: string): Promise<void> {
  return client.inLane(client.clientId, (tx) => world.clients.advanceProgrammeDate(toCalendarDate(date), tx));
}

describe('payment details', () => {
  it('make the step to pending_payout once, and change without a step until paid', async () => {
    const boost = await expiredBoost();
    expect((await submit(boost, PAYPAL)).status).toBe('pending_payout');
    const changed = await submit(boost, { method: 'venmo', account: '@jane-doe' });
    expect(changed).toMatchObject({ status: 'pending_payout', paymentDetailVersion: 2 });
    expect((await submit(boost, { method: 'venmo', account: '@jane-doe' })).paymentDetailVersion).toBe(2);
    const steps = (await client.announced('laurel.boost.status-changed.v1')).map(({ data }) => data['to']);
    expect(steps.filter((to) => to === 'pending_payout')).toHaveLength(1);
    expect(await client.history(boost)).toContain('pending_info -> pending_payout by creator');
  });

  it('are refused before pending_info and after the payment', async () => {
    const early = await client.claim({ creatorId: aCreatorId(), scheduledDate: '2026-01-06' });
    await expect(submit(early, PAYPAL)).rejects.toMatchObject({ code: 'boost.illegal_state' });
    const boost = await expiredBoost();
    await submit(boost, PAYPAL);
    await pay(boost, { overrideHoldReason: REASON });
    await expect(submit(boost, PAYPAL)).rejects.toMatchObject({ code: 'boost.already_paid' });
  });

  it('stand encrypted at rest; a ciphertext in another row does not open', async () => {
    const boost = await expiredBoost();
    await submit(boost, PAYPAL);
    const stored = await world.testDatabase.asAdmin((tx) =>
      tx.many<{ row: string; account: Buffer }>(sql`
        SELECT d::text AS row, sealed_account AS account FROM commission_boost.payment_detail AS d
        WHERE boost_id = ${boost.id}`),
    );
    expect(stored).toHaveLength(1);
    expect(stored[0]?.row).not.toMatch(/jane|example/);
    expect(stored[0]?.account.toString('latin1')).not.toMatch(/jane|example/);

    const [mine, first] = [creatorId, boost];
    creatorId = aCreatorId();
    const other = await expiredBoost();
    await submit(other, { method: 'paypal', account: 'somebody.else@example.com' });
    await world.testDatabase.asAdmin((tx) =>
      tx.execute(sql`
        UPDATE commission_boost.payment_detail SET sealed_account = ${stored[0]?.account} WHERE boost_id = ${other.id}`),
    );
    const accounts = async (name: string) => {
      const boosts = [await client.boost(name)];
      return world.database.inTenant(client.clientId, (tx) => world.details.accountsOf(boosts, tx));
    };
    expect([...(await accounts(other.id))]).toEqual([]);
    expect((await accounts(first.id)).get(first.id)).toEqual(PAYPAL);
    expect(mine).not.toBe(creatorId);
  });
});

describe('the final amount', () => {
  it('counts as it was set last; the calculated amount stays', async () => {
    const boost = await expiredBoost();
    await setFinal(boost, '40.00', 'USD');
    await setFinal(boost, '30');
    expect(await client.boost(boost.id)).toMatchObject({
      finalPayoutMinor: 3_000n,
      finalAmountVersion: 2,
      expiry: { calculatedPayoutMinor: 2_875n },
    });
  });

  it.each([['28.755'], ['-1'], ['1e3'], ['']])('refuses %p', async (amount) => {
    await expect(setFinal(await expiredBoost(), amount)).rejects.toMatchObject({ code: 'validation_failed' });
  });

  it('is of the boost’s currency, not before expired and not after paid', async () => {
    const early = await client.claim({ creatorId, scheduledDate: '2026-01-06', durationDays: 7 });
    await expect(setFinal(early, '1.00')).rejects.toMatchObject({ code: 'boost.illegal_state' });
    creatorId = aCreatorId();
    const boost = await expiredBoost();
    await expect(setFinal(boost, '1.00', 'EUR')).rejects.toMatchObject({ code: 'validation_failed' });
    await submit(boost, PAYPAL);
    await pay(boost, { overrideHoldReason: REASON });
    await expect(setFinal(boost, '1.00')).rejects.toMatchObject({ code: 'boost.already_paid' });
  });
});

describe('paying', () => {
  it('waits for details, and for the programme date to reach expiryDate + clearingDays', async () => {
    const boost = await expiredBoost();
    await expect(pay(boost)).rejects.toMatchObject({ code: 'boost.illegal_state' });
    await submit(boost, PAYPAL);
    await programmeDate('2026-02-01');
    await expect(pay(boost)).rejects.toMatchObject({ code: 'payout.on_hold', extra: { payableFrom: '2026-02-02' } });
    await programmeDate('2026-02-02');
    await programmeDate('2026-01-20');
    expect(await pay(boost)).toMatchObject({
      status: 'paid',
      payment: { transactionId: 'TX-1', holdOverrideReason: null },
    });
    expect(await client.boost(boost.id)).toMatchObject({ status: 'paid', payment: { paidBy: 'admin-1' } });
    expect(await client.history(boost)).toContain('pending_payout -> paid by admin');
  });

  it('of an amount of 0 needs no details, and goes through pending_payout with transaction id zero', async () => {
    const boost = await expiredBoost(-1n);
    await programmeDate('2026-03-01');
    expect((await pay(boost)).payment?.transactionId).toBe('zero');
    expect(await client.history(boost)).toHaveLength(6);
    const events = await client.announced('laurel.boost.status-changed.v1');
    expect(events.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('by 20 admins at once pays once', async () => {
    const boost = await expiredBoost();
    await submit(boost, PAYPAL);
    await programmeDate('2026-03-01');
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => payOverHttp(boost, index)));
    expect(answers.filter((answer) => answer === '200')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'boost.already_paid')).toHaveLength(19);
    const paid = (await client.announced('laurel.boost.status-changed.v1')).filter(({ data }) => data['to'] === 'paid');
    expect(paid).toHaveLength(1);
  });
});
