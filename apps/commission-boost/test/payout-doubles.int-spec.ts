import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Boost } from '../src/domain/boost/boost.ts';
import { refusalOf } from './boost-world.ts';
import { openPayoutWorld, PayoutClient, type PayoutWorld } from './payout-world.ts';

let world: PayoutWorld;
let client: PayoutClient;

beforeAll(async () => {
  world = await openPayoutWorld();
});
afterAll(() => world.testDatabase.drop());
beforeEach(() => {
  client = new PayoutClient(world);
});

async function payable(count: number): Promise<Boost[]> {
  return client.payable(Array.from({ length: count }, () => 57_500n));
}

async function openRun(boost: Boost): Promise<{ runId: string; reference: string }> {
  const { run } = await client.run();
  return { runId: run.id, reference: (await client.references(run.id)).get(boost.id) ?? 'none' };
}

/** A boost whose attempt was given up, and arrived after all by `PP-late`. */
async function arrivedLate(): Promise<{ boost: Boost; runId: string; reference: string }> {
  const [boost] = (await payable(1)) as [Boost];
  const first = await openRun(boost);
  await client.results(first.runId, [{ reference: first.reference, status: 'FAILED' }]);
  await client.results(first.runId, [{ reference: first.reference, transactionId: 'PP-late', status: 'SUCCESS' }]);
  return { boost, ...first };
}

describe('a transaction pays one boost', () => {
  it('whoever names it again, by hand or in results', async () => {
    const [first, second, third] = (await payable(3)) as [Boost, Boost, Boost];
    await client.pay(first, 'TX-1');
    await expect(client.pay(second, 'TX-1')).rejects.toMatchObject({ code: 'payout.duplicate_transaction' });
    await client.pay(third, 'TX-3');
    const { runId, reference } = await openRun(second);
    const line = { reference, status: 'SUCCESS' };
    expect(await client.results(runId, [{ ...line, transactionId: 'TX-1' }])).toEqual(['duplicate_transaction']);
    expect(await client.results(runId, [{ ...line, transactionId: 'TX-2' }])).toEqual(['paid']);
    expect(await client.books()).toMatchObject({ payable: '0.00', paid: '86.25' });
  });

  it('also of 20 boosts that name it at once', async () => {
    const boosts = await payable(20);
    const answers = await Promise.all(
      boosts.map(({ id: boostId, creatorId }) =>
        client
          .inLanes([creatorId, 'TX-1'], (tx) =>
            world.payBoost.execute({ boostId, adminId: 'a', transactionId: 'TX-1', overrideHoldReason: null }, tx),
          )
          .then(
            () => 'paid',
            (error: unknown) => (error as { code: string }).code,
          ),
      ),
    );
    expect(answers.filter((answer) => answer === 'paid')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'payout.duplicate_transaction')).toHaveLength(19);
  });

  it('while nothing is transferred for any number of amounts of 0', async () => {
    const [first, second] = (await payable(2)) as [Boost, Boost];
    for (const boost of [first, second]) {
      await client.setFinal(boost, '0');
      expect((await client.pay(boost, 'TX-1')).payment?.transactionId).toBe('zero');
    }
  });

  it('and no other client is in its way', async () => {
    const [mine] = (await payable(1)) as [Boost];
    const other = new PayoutClient(world);
    const [theirs] = (await other.payable([57_500n])) as [Boost];
    await client.pay(mine, 'TX-1');
    expect((await other.pay(theirs, 'TX-1')).status).toBe('paid');
  });

  it('to raw SQL as the service’s own role too', async () => {
    const [first, second] = (await payable(2)) as [Boost, Boost];
    const book = (boost: Boost) =>
      client.inLane(boost.creatorId, (tx) =>
        world.payments.book(
          [{ boostId: boost.id, transactionId: 'TX-1', holdOverrideReason: null, paymentDetailVersion: 1 }],
          new Date(),
          { kind: 'admin', id: 'a hand' },
          tx,
        ),
      );
    await book(first);
    expect(await refusalOf(book(second))).toMatch(/boost_transaction/);
  });
});

describe('a payout that arrived late', () => {
  it('pays no other boost', async () => {
    const { boost } = await arrivedLate();
    const [other] = (await payable(1)) as [Boost];
    await expect(client.pay(other, 'PP-late')).rejects.toMatchObject({ code: 'payout.duplicate_transaction' });
    const next = await openRun(other);
    const line = { reference: next.reference, transactionId: 'PP-late', status: 'SUCCESS' };
    expect(await client.results(next.runId, [line])).toEqual(['duplicate_transaction']);
    expect((await client.pay(boost, 'PP-late')).status).toBe('paid');
  });

  it('is what its boost is paid by, unless an admin says that it knows of it', async () => {
    const { boost } = await arrivedLate();
    await expect(client.pay(boost, 'TX-2')).rejects.toMatchObject({
      code: 'payout.arrived_late',
      extra: { transactionIds: ['PP-late'] },
    });
    const order = { boostId: boost.id, adminId: 'admin-1', transactionId: 'TX-2', overrideHoldReason: null };
    const paid = await client.inLane(boost.creatorId, (tx) =>
      world.payBoost.execute({ ...order, overrideLateSuccess: true }, tx),
    );
    expect(paid.payment?.transactionId).toBe('TX-2');
  });

  it('is in no payment file any more, though the next run has taken its boost up; the alert names that run', async () => {
    const [boost, other] = (await payable(2)) as [Boost, Boost];
    const first = await openRun(boost);
    const gone = [...(await client.references(first.runId)).values()].map((reference) => ({
      reference,
      status: 'FAILED',
    }));
    await client.results(first.runId, gone);
    const second = await openRun(boost);
    const late = { reference: first.reference, transactionId: 'PP-late', status: 'SUCCESS' };
    expect(await client.results(first.runId, [late])).toEqual(['late_success']);
    expect((await client.export(second.runId)).map(({ attempt }) => attempt.boostId)).toEqual([other.id]);
    expect(await client.alerts('late_payment_success')).toMatchObject([
      { facts: { payoutRunId: first.runId, openPayoutRunId: second.runId } },
    ]);
    await client.results(second.runId, [{ reference: second.reference, status: 'CANCELED' }]);
    expect((await client.pay(boost, 'PP-late')).status).toBe('paid');
  });
});

it('a final amount of less than 3.00 is an alert, told once', async () => {
  const [boost] = (await payable(1)) as [Boost];
  for (const amount of ['3.00', '0', '2.99', '2.00']) await client.setFinal(boost, amount);
  expect(await client.alerts('tiny_payout')).toMatchObject([
    { boostId: boost.id, creatorId: boost.creatorId, facts: { payoutMinor: '299', currency: 'USD' } },
  ]);
});

describe('a boost that a run has paid', () => {
  it('shows the account that was paid, not the one that was given meanwhile', async () => {
    const [boost] = (await payable(1)) as [Boost];
    const { runId, reference } = await openRun(boost);
    await client.give(boost, '@somebody-else');
    await client.results(runId, [{ reference, transactionId: 'PP-1', status: 'SUCCESS' }]);
    const paid = await client.boost(boost.id);
    expect(paid).toMatchObject({ status: 'paid', paymentDetailVersion: 1 });
    const shown = await world.database.inTenant(client.clientId, (tx) => world.details.accountsOf([paid], tx));
    expect(shown.get(boost.id)).toEqual({ method: 'paypal', account: 'creator.0@example.com' });
  });

  it.each(['REVERSED', 'RETURNED', 'REFUNDED'])('is an alert when its money comes back: %s', async (status) => {
    const [boost] = (await payable(1)) as [Boost];
    const { runId, reference } = await openRun(boost);
    await client.results(runId, [{ reference, transactionId: 'PP-1', status: 'SUCCESS' }]);
    const back = { reference, transactionId: 'PP-back', status };
    for (let time = 0; time < 2; time += 1) expect(await client.results(runId, [back])).toEqual(['failed_after_paid']);
    expect(await client.alerts('payment_came_back')).toMatchObject([
      {
        boostId: boost.id,
        creatorId: boost.creatorId,
        facts: { reference, transactionId: 'PP-1', payoutRunId: runId, amountMinor: '2875' },
      },
    ]);
    expect((await client.boost(boost.id)).status).toBe('paid');
  });
});
