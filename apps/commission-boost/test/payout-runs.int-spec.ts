import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { keyOf } from '#libs/messaging';
import { sql, trustedSql } from '#libs/persistence';
import { Answer, Idempotency } from '#libs/service-kit';
import { LaurelError } from '#libs/contracts';
import type { Boost } from '../src/domain/boost/boost.ts';
import { refusalOf, SCHEMA } from './boost-world.ts';
import { openPayoutWorld, PayoutClient, REASON, type PayoutWorld } from './payout-world.ts';

let world: PayoutWorld;
let client: PayoutClient;

beforeAll(async () => {
  world = await openPayoutWorld();
});
afterAll(() => world.testDatabase.drop());
beforeEach(() => {
  client = new PayoutClient(world);
});

/** Raw SQL as the service's own role, with the tenant set. */
function byHand(text: string): Promise<number> {
  return world.database.inTenant(client.clientId, (tx) => tx.execute(trustedSql(text)));
}

async function openRun(deltas: readonly bigint[] = [57_500n, 10_010n]) {
  const boosts = await client.payable(deltas);
  const run = await client.run();
  const references = await client.references(run.run.id);
  return { boosts, runId: run.run.id, run, refs: boosts.map(({ id }) => references.get(id) ?? 'none') };
}

const ref = (refs: readonly string[], index = 0) => refs[index] ?? 'none';

describe('a payout run', () => {
  it('freezes what is payable, and nothing else', async () => {
    const held = await client.expired([1_000n], { clearingDays: 90 });
    await client.give(held[0] as Boost, 'held@example.com');
    const { run, boosts } = await openRun([57_500n, 10_010n, -5n]);
    expect(run.run).toMatchObject({
      state: 'open',
      currency: 'USD',
      programmeDate: '2026-02-12',
      createdBy: 'admin-1',
    });
    expect(run.sums).toEqual([{ status: 'pending', payouts: 2, amountMinor: 3_376n }]);
    const exported = await client.export(run.run.id);
    expect(exported.map(({ attempt, account }) => [attempt.boostId, attempt.amountMinor, account.account])).toEqual([
      [boosts[0]?.id, 2_875n, 'creator.0@example.com'],
      [boosts[1]?.id, 501n, 'creator.1@example.com'],
    ]);
    for (const { attempt } of exported) expect(attempt.reference).toMatch(/^P[0-9A-F]{29}$/);
    await expect(client.run()).rejects.toMatchObject({ code: 'payout.nothing_payable' });
  });

  it('is refused before the first applied sync', async () => {
    await expect(client.run()).rejects.toMatchObject({ code: 'programme.not_started' });
  });

  it('keeps its boosts from being paid or changed beside it; new details count from the next run', async () => {
    const { boosts, runId } = await openRun([57_500n]);
    const boost = boosts[0] as Boost;
    await expect(client.pay(boost, 'TX-1', REASON)).rejects.toMatchObject({ code: 'payout.in_run' });
    await expect(client.setFinal(boost, '99.00')).rejects.toMatchObject({ code: 'payout.in_run' });
    await client.give(boost, 'new@example.com');
    expect((await client.export(runId)).map(({ account }) => account.account)).toEqual(['creator.0@example.com']);
    const reference = (await client.references(runId)).get(boost.id) ?? '';
    expect(await client.results(runId, [{ reference, status: 'FAILED' }])).toEqual(['failed']);
    await client.setFinal(boost, '30.00');
    const next = await client.run();
    const [payout] = await client.export(next.run.id);
    expect(payout).toMatchObject({ attempt: { amountMinor: 3_000n }, account: { account: 'new@example.com' } });
    expect(payout?.attempt.reference).not.toBe(reference);
  });

  it('gives its accounts out once, and once more to whoever asks for that; each time is noted', async () => {
    const { runId } = await openRun();
    const first = await client.export(runId);
    await expect(client.export(runId)).rejects.toMatchObject({
      code: 'payout.already_exported',
      extra: { exports: 1 },
    });
    expect(await client.export(runId, true)).toEqual(first);
    const { exports } = await client.found(runId);
    expect(exports).toMatchObject([
      { number: 1, exportedBy: 'admin-1' },
      { number: 2, exportedBy: 'admin-1' },
    ]);
  });

  it('never holds a boost that another run holds, of 8 that are made at once', async () => {
    const boosts = await client.payable(Array.from({ length: 40 }, () => 57_500n));
    const made = await Promise.allSettled(Array.from({ length: 8 }, () => client.run()));
    const runs = made.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const held = await Promise.all(runs.map(({ run }) => client.references(run.id)));
    expect(held.reduce((sum, references) => sum + references.size, 0)).toBe(40);
    expect(new Set(held.flatMap((references) => [...references.keys()]))).toEqual(new Set(boosts.map(({ id }) => id)));
    for (const { run, sums } of runs)
      expect((await client.found(run.id)).run.state).toBe(sums.length > 0 ? 'open' : 'ended');
  });

  it('is finished by whoever comes next when its request broke off', async () => {
    await client.payable([57_500n, 10_010n]);
    const { id } = await world.database.inTenant(client.clientId, (tx) => world.beginPayoutRun.execute('admin-1', tx));
    await expect(client.export(id)).rejects.toMatchObject({ code: 'payout.run_not_open' });
    await expect(client.results(id, [])).rejects.toMatchObject({ code: 'payout.run_not_open' });
    expect(await world.freezePayouts.freezing(client.clientId)).toEqual([id]);
    await Promise.all([1, 2, 3].map(() => world.freezePayouts.execute(client.clientId, id)));
    expect(await client.found(id)).toMatchObject({ run: { state: 'open' }, sums: [{ payouts: 2 }] });
  });
});

describe('the results of a run', () => {
  it('book what arrived, give back what did not, and end the run; again they change nothing', async () => {
    const { boosts, runId, refs } = await openRun([57_500n, 10_010n, 20_000n]);
    const lines = [
      { reference: ref(refs, 0), transactionId: 'PP-1', status: 'SUCCESS' },
      { reference: ref(refs, 1), status: 'Unclaimed' },
      { reference: ref(refs, 2), status: 'RETURNED' },
    ];
    expect(await client.results(runId, lines)).toEqual(['paid', 'pending', 'failed']);
    expect((await client.found(runId)).run.state).toBe('open');
    expect(await client.books()).toMatchObject({ payable: '15.01', paid: '28.75' });
    expect(await client.results(runId, lines)).toEqual(['already_paid', 'pending', 'already_failed']);
    expect(
      await client.results(runId, [{ reference: ref(refs, 1), transactionId: 'PP-2', status: 'completed' }]),
    ).toEqual(['paid']);
    expect((await client.found(runId)).run).toMatchObject({ state: 'ended' });
    expect(await client.boost(boosts[0]?.id ?? '')).toMatchObject({
      status: 'paid',
      payment: { transactionId: 'PP-1', paidBy: 'admin-1', holdOverrideReason: null },
    });
    expect((await client.boost(boosts[2]?.id ?? '')).status).toBe('pending_payout');
    const paid = (await client.announced('laurel.boost.status-changed.v1')).filter(({ data }) => data['to'] === 'paid');
    expect(paid).toHaveLength(2);
    expect(await client.books()).toMatchObject({ payable: '10.00', paid: '33.76' });
  });

  it('are told line by line, faults too', async () => {
    const { runId, refs } = await openRun();
    const one = ref(refs, 0);
    expect(
      await client.results(runId, [
        { reference: 'P-nobody', transactionId: 'X', status: 'SUCCESS' },
        { reference: one, transactionId: '', status: 'SUCCESS' },
        { reference: one, transactionId: 'PP-1', status: 'SUCCESS' },
        { reference: ref(refs, 1), transactionId: 'PP-1', status: 'no such word' },
      ]),
    ).toEqual(['unknown_reference', 'transaction_id_missing', 'duplicate_reference', 'unknown_status']);
    expect(
      await client.results(runId, [
        { reference: one, transactionId: 'zero', status: 'SUCCESS' },
        { reference: ref(refs, 1), transactionId: 'PP-1', status: 'SUCCESS' },
      ]),
    ).toEqual(['transaction_id_missing', 'paid']);
    expect(await client.results(runId, [{ reference: one, transactionId: 'PP-1', status: 'SUCCESS' }])).toEqual([
      'duplicate_transaction',
    ]);
    expect(
      await client.results(runId, [{ reference: ref(refs, 1), transactionId: 'PP-1', status: 'REVERSED' }]),
    ).toEqual(['failed_after_paid']);
  });

  it('that come late for an attempt given up are an alert, never a payment, and keep the boost out of further runs', async () => {
    const { boosts, runId, refs } = await openRun([57_500n]);
    const [boost, reference] = [boosts[0] as Boost, ref(refs)];
    await client.results(runId, [{ reference, status: 'FAILED' }]);
    const second = await client.run();
    const late = { reference, transactionId: 'PP-late', status: 'SUCCESS' };
    expect(await client.results(second.run.id, [late])).toEqual(['late_success']);
    expect(await client.results(runId, [late, late])).toEqual(['late_success', 'late_success']);
    expect(await client.books()).toMatchObject({ payable: '28.75', paid: '0.00' });
    expect(await client.alerts('late_payment_success')).toMatchObject([
      {
        boostId: boost.id,
        creatorId: boost.creatorId,
        facts: { reference, transactionId: 'PP-late', amountMinor: '2875' },
      },
    ]);
    const again = (await client.references(second.run.id)).get(boost.id) ?? '';
    expect(await client.results(second.run.id, [{ reference: again, status: 'CANCELED' }])).toEqual(['failed']);
    await expect(client.run()).rejects.toMatchObject({ code: 'payout.nothing_payable' });
    await client.pay(boost, 'PP-late');
    expect(await client.books()).toMatchObject({ payable: '0.00', paid: '28.75' });
  });

  it('of another run are not taken; a second transaction of a paid payout is an alert', async () => {
    const first = await openRun([57_500n]);
    const [other] = await client.payable([10_010n]);
    const second = await client.run();
    const reference = ref(first.refs);
    const line = { reference, transactionId: 'PP-1', status: 'SUCCESS' };
    expect(await client.results(second.run.id, [line])).toEqual(['other_run']);
    expect(await client.results(first.runId, [line])).toEqual(['paid']);
    expect(await client.results(first.runId, [{ ...line, transactionId: 'PP-9' }])).toEqual(['late_success']);
    expect(await client.alerts('late_payment_success')).toMatchObject([{ facts: { transactionId: 'PP-9' } }]);
    expect((await client.boost(other?.id ?? '')).status).toBe('pending_payout');
  });

  it('sent five times at once book every payout once', async () => {
    const { runId, refs } = await openRun(Array.from({ length: 60 }, () => 57_500n));
    const lines = refs.map((reference, index) => ({ reference, transactionId: `PP-${index}`, status: 'SUCCESS' }));
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => client.results(runId, lines)));
    expect(outcomes.flat().filter((outcome) => outcome === 'paid')).toHaveLength(60);
    expect(outcomes.flat().filter((outcome) => outcome === 'already_paid')).toHaveLength(240);
    expect(await client.books()).toMatchObject({ payable: '0.00', paid: '1725.00' });
    expect((await client.found(runId)).run.state).toBe('ended');
  });

  it('of one file that breaks off are kept as far as it came', async () => {
    const { runId, refs } = await openRun([57_500n]);
    async function* broken(): AsyncGenerator<
      [{ line: number; reference: string; transactionId: string; status: string }]
    > {
      yield await Promise.resolve([{ line: 2, reference: ref(refs), transactionId: 'PP-1', status: 'SUCCESS' }]);
      throw new Error('the connection is gone');
    }
    const sent = { runId, adminId: 'admin-1' };
    await expect(world.settlePayoutRun.execute(client.clientId, sent, broken())).rejects.toThrow('gone');
    expect(await client.books()).toMatchObject({ paid: '28.75' });
    const line = { reference: ref(refs), transactionId: 'PP-1', status: 'SUCCESS' };
    expect(await client.results(runId, [line])).toEqual(['already_paid']);
    expect((await client.found(runId)).run.state).toBe('ended');
  });
});

describe('an account that was changed shortly before money goes to it', () => {
  it('is an alert when a run takes it up, and when an admin pays', async () => {
    const [first, second, same] = await client.payable([57_500n, 10_010n, 20_000n]);
    if (!first || !second || !same) throw new Error('there are three');
    await client.give(first, 'changed@example.com');
    await client.give(second, 'changed@example.com');
    await client.pay(first, 'TX-1');
    await client.pay(same, 'TX-2');
    expect((await client.alerts('account_changed_before_payment')).map(({ boostId }) => boostId)).toEqual([first.id]);
    const { run } = await client.run();
    const alerts = await client.alerts('account_changed_before_payment');
    expect(alerts.map(({ boostId }) => boostId)).toEqual([second.id, first.id]);
    expect(alerts[0]).toMatchObject({ creatorId: second.creatorId, facts: { detailVersion: 2 } });
    expect(JSON.stringify(alerts)).not.toContain('example.com');
    const reference = (await client.references(run.id)).get(second.id) ?? '';
    await client.results(run.id, [{ reference, transactionId: 'PP-1', status: 'SUCCESS' }]);
    expect(await client.alerts('account_changed_before_payment')).toHaveLength(2);
  });
});

describe('20 admins', () => {
  it('who pay the same 100 boosts at once: 100 paid, 1,900 times 409', async () => {
    const boosts = await client.payable(Array.from({ length: 100 }, () => 57_500n));
    const idempotency = new Idempotency(world.database, SCHEMA);
    const payAs = async (admin: number, { id: boostId, creatorId }: Boost): Promise<string> => {
      const call = {
        clientId: client.clientId,
        subject: `admin:${admin}`,
        key: boostId,
        route: `pay ${boostId}`,
        body: {},
      };
      const transactionId = `TX-${admin}-${boostId}`;
      const order = { boostId, adminId: `admin-${admin}`, transactionId, overrideHoldReason: null };
      const work = async () =>
        idempotency.run(
          call,
          [keyOf(client.clientId, creatorId), keyOf(client.clientId, transactionId)],
          async (tx) => new Answer(200, (await world.payBoost.execute(order, tx)).id),
        );
      return work().then(
        ({ status }) => String(status),
        (error: unknown) => (error instanceof LaurelError ? error.code : String(error)),
      );
    };
    const all = Array.from({ length: 20 }, async (_, admin) => {
      const answers: string[] = [];
      for (let n = 0; n < boosts.length; n += 1)
        answers.push(await payAs(admin, boosts[(n + admin * 5) % 100] as Boost));
      return answers;
    });
    const answers = (await Promise.all(all)).flat();
    expect(answers.filter((answer) => answer === '200')).toHaveLength(100);
    expect(answers.filter((answer) => answer === 'boost.already_paid')).toHaveLength(1_900);
    expect(await client.books()).toMatchObject({ payable: '0.00', paid: '2875.00' });
  });
});

describe('the database, to raw SQL as the service’s own role', () => {
  it('pays no boost of an open run beside its run, and no attempt beside its boost', async () => {
    const { boosts, runId, refs } = await openRun([57_500n]);
    const boost = boosts[0] as Boost;
    const pay = `UPDATE ${SCHEMA}.boost SET status = 'paid', paid_at = now(), paid_by = 'a hand', changed_at = now(),
                   actor_kind = 'admin', actor_id = 'a hand', transaction_id = 'TX-1' WHERE id = '${boost.id}'`;
    expect(await refusalOf(byHand(pay))).toMatch(/open payout run is paid by its run/);
    const settle = `UPDATE ${SCHEMA}.payout_attempt SET status = 'paid', transaction_id = 'TX-2', settled_at = now(), settled_by = 'a hand'`;
    expect(await refusalOf(byHand(settle))).toMatch(/paid when its boost is/);
    expect(await refusalOf(byHand(`UPDATE ${SCHEMA}.payout_attempt SET amount_minor = 1`))).toMatch(/is frozen/);
    expect(await refusalOf(byHand(`UPDATE ${SCHEMA}.payout_attempt SET payment_detail_version = 2`))).toMatch(
      /is frozen/,
    );
    expect(await refusalOf(byHand(`UPDATE ${SCHEMA}.payout_run SET state = 'ended', ended_at = now()`))).toMatch(
      /none of its payouts is pending/,
    );
    expect(await refusalOf(byHand(`UPDATE ${SCHEMA}.payout_run SET state = 'freezing'`))).toMatch(/only goes on/);
    await client.results(runId, [{ reference: ref(refs), transactionId: 'PP-1', status: 'SUCCESS' }]);
    expect(
      await refusalOf(byHand(`UPDATE ${SCHEMA}.payout_attempt SET status = 'failed', transaction_id = NULL`)),
    ).toMatch(/settled once/);
  });

  it('takes a boost into one open run, for what it pays', async () => {
    const [boost, other] = await client.payable([57_500n, 10_010n]);
    const insert = (amount: number, of = boost) => `
      INSERT INTO ${SCHEMA}.payout_attempt (client_id, run_id, boost_id, creator_id, reference, amount_minor, payment_detail_version)
      SELECT client_id, id, '${of?.id}', '${of?.creatorId}', 'P' || upper(left(replace(gen_random_uuid()::text, '-', ''), 29)), ${amount}, 1
      FROM ${SCHEMA}.payout_run WHERE state = 'freezing'`;
    const begin = `INSERT INTO ${SCHEMA}.payout_run (client_id, currency, programme_date, created_at, created_by)
                   VALUES ('${client.clientId}', 'USD', '2026-02-02', now(), 'a hand')`;
    await byHand(begin);
    expect(await refusalOf(byHand(insert(2_876)))).toMatch(/what its boost is to be paid now/);
    expect(await byHand(insert(2_875))).toBe(1);
    const [run] = await world.database.inTenant(client.clientId, (tx) =>
      tx.many<{ id: string }>(sql`UPDATE commission_boost.payout_run SET state = 'open' RETURNING id`),
    );
    await byHand(begin);
    expect(await refusalOf(byHand(insert(2_875)))).toMatch(/payout_in_one_run/);
    const into = insert(501, other).replace("state = 'freezing'", `id = '${run?.id}'`);
    expect(await refusalOf(byHand(into))).toMatch(/in a run that is freezing/);
    expect(await refusalOf(byHand(`DELETE FROM ${SCHEMA}.payout_attempt`))).toMatch(/permission denied/);
    expect(await refusalOf(byHand(`UPDATE ${SCHEMA}.payout_export SET exported_by = 'x'`))).toMatch(
      /permission denied/,
    );
  });
});
