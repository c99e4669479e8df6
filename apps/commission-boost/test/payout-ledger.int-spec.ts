import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { toCalendarDate } from '#libs/kernel';
import { trustedSql } from '#libs/persistence';
import fc from 'fast-check';
import pg from 'pg';
import type { Boost } from '../src/domain/boost/boost.ts';
import { isHeld, payableFrom } from '../src/domain/payout/payout-hold.ts';
import { PayoutLedger1795622400001 } from '../src/migrations/1795622400001-payout-ledger.ts';
import { PayoutTotals1795622400002 } from '../src/migrations/1795622400002-payout-totals.ts';
import { ReleaseRepository } from '../src/persistence/release.repository.ts';
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

function theOne(boosts: readonly Boost[]): Boost {
  const [boost] = boosts;
  if (boost === undefined) throw new Error('there is no boost');
  return boost;
}

const balances = (accrued: string, adjusted: string, held: string, payable: string, paid: string) => ({
  accrued,
  adjusted,
  held,
  payable,
  paid,
});

/** Raw SQL as the service's own role, with the tenant set. */
function byHand(text: string): Promise<number> {
  return world.database.inTenant(client.clientId, (tx) => tx.execute(trustedSql(text)));
}

describe('the payout ledger', () => {
  it('follows a payout from the expiry to the payment', async () => {
    const boost = theOne(await client.payable([57_500n]));
    expect(await client.books()).toEqual(balances('28.75', '0.00', '0.00', '28.75', '0.00'));
    await client.pay(boost, 'TX-1');
    expect(await client.postings(boost)).toEqual([
      'held <- accrued 2875 expiry',
      'payable <- held 2875 release',
      'paid <- payable 2875 payment',
    ]);
    expect(await client.books()).toEqual(balances('28.75', '0.00', '0.00', '0.00', '28.75'));
  });

  it('takes a correction back by a posting of its own, and adjusts either way, wherever the money stands', async () => {
    const boost = theOne(await client.expired([57_500n]));
    await client.setFinal(boost, '20.00');
    expect(await client.books()).toEqual(balances('28.75', '-8.75', '20.00', '0.00', '0.00'));
    await client.give(boost, 'a@example.com');
    await client.today('2026-02-02');
    await world.releasePayouts.execute(client.clientId);
    await client.setFinal(boost, '40.00');
    await client.setFinal(boost, '0');
    expect(await client.postings(boost)).toEqual([
      'held <- accrued 2875 expiry',
      'adjusted <- held 875 final_amount',
      'payable <- held 2000 release',
      'payable <- adjusted 875 reversal',
      'payable <- adjusted 1125 final_amount',
      'adjusted <- payable 1125 reversal',
      'adjusted <- payable 2875 final_amount',
    ]);
    expect(await client.books()).toEqual(balances('28.75', '-28.75', '0.00', '0.00', '0.00'));
  });

  it('is released by a payment that overrides the hold', async () => {
    const boost = theOne(await client.expired([57_500n]));
    await client.give(boost, '@jane-doe');
    await client.pay(boost, 'TX-1', REASON);
    expect(await client.books()).toEqual(balances('28.75', '0.00', '0.00', '0.00', '28.75'));
  });

  it('has no posting of nothing: a loss pays 0, and so does a final amount of what was calculated', async () => {
    const [loss, same] = await client.payable([-1n, 57_500n]);
    if (loss === undefined || same === undefined) throw new Error('there are two');
    await client.setFinal(same, '28.75');
    await client.pay(loss, 'ignored');
    expect(await client.postings(loss)).toEqual([]);
    expect(await client.postings(same)).toHaveLength(2);
    await client.books();
  });

  it.each([
    ['JPY', 57_500n, '2875', '3000'],
    ['KWD', 57_500n, '2.875', '3.001'],
  ])('keeps %s in its own minor units', async (currency, delta, calculated, final) => {
    const boost = theOne(await client.expired([delta], { currency }));
    expect((await client.summary()).currencies).toMatchObject([
      { currency, balances: { held: { amount: calculated, currency } } },
    ]);
    await client.setFinal(boost, final);
    expect((await client.summary()).currencies[0]?.balances['held']).toEqual({ amount: final, currency });
    await client.books();
  });

  it('sums up accounts and statuses by month as the rows say, folded or not', async () => {
    const [first, second] = await client.payable([57_500n, 10_010n, 0n]);
    if (first === undefined || second === undefined) throw new Error('there are three');
    await client.pay(first, 'TX-1');
    const before = await client.summary();
    const usd = (amount: string) => ({ amount, currency: 'USD' });
    expect(before.asOf).toBe('2026-02-02');
    expect(before.currencies[0]?.months).toEqual([
      {
        month: '2026-01',
        accrued: usd('33.76'),
        adjusted: usd('0.00'),
        held: usd('33.76'),
        payable: usd('0.00'),
        paid: usd('0.00'),
      },
      {
        month: '2026-02',
        accrued: usd('0.00'),
        adjusted: usd('0.00'),
        held: usd('-33.76'),
        payable: usd('5.01'),
        paid: usd('28.75'),
      },
    ]);
    expect(before.currencies[0]?.statuses).toEqual([
      { status: 'expired', boosts: 0, amount: usd('0.00'), months: [] },
      { status: 'pending_info', boosts: 0, amount: usd('0.00'), months: [] },
      {
        status: 'pending_payout',
        boosts: 2,
        amount: usd('5.01'),
        months: [{ month: '2026-01', boosts: 2, amount: usd('5.01') }],
      },
      {
        status: 'paid',
        boosts: 1,
        amount: usd('28.75'),
        months: [{ month: '2026-01', boosts: 1, amount: usd('28.75') }],
      },
    ]);
    const fold = () => world.database.inTenant(client.clientId, (tx) => world.ledger.fold(tx));
    expect([await fold(), await fold()]).toEqual([true, false]);
    expect(await client.summary()).toEqual(before);
    await client.books();
  });

  it('balances whatever people do, in whatever order', async () => {
    const step = fc.record({
      boost: fc.nat(2),
      what: fc.constantFrom('give', 'final', 'date', 'pay', 'override'),
      amount: fc.nat(9_999),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        client = new PayoutClient(world);
        const boosts = await client.expired([57_500n, 1n, -500n]);
        for (const { boost: index, what, amount } of steps) {
          const boost = boosts[index] as Boost;
          await attempt(what, boost, amount);
          await client.books();
        }
      }),
      { numRuns: 6 },
    );
  });
});

/** What is refused changes nothing, and the books are looked at after it all the same. */
async function attempt(what: string, boost: Boost, amount: number): Promise<void> {
  const work = () => {
    switch (what) {
      case 'give':
        return client.give(boost, `a${amount}@example.com`);
      case 'final':
        return client.setFinal(boost, (amount / 100).toFixed(2));
      case 'date':
        return client.today('2026-02-02').then(() => world.releasePayouts.execute(client.clientId));
      default:
        return client.pay(boost, `TX-${boost.id}`, what === 'override' ? REASON : null);
    }
  };
  const refused = await work().then(
    () => undefined,
    (error: unknown) => (error as { code?: string }).code,
  );
  expect([undefined, 'boost.illegal_state', 'boost.already_paid', 'payout.on_hold']).toContain(refused);
}

describe('the release', () => {
  it('comes on the day the rule says, as soon as there are details, and once', async () => {
    const releases = new ReleaseRepository();
    for (const clearingDays of [0, 1, 20]) {
      client = new PayoutClient(world);
      const boost = theOne(await client.expired([57_500n], { clearingDays }));
      await client.give(boost, 'a@example.com');
      for (const day of ['2026-01-12', '2026-01-13', '2026-01-14', '2026-02-01', '2026-02-02', '2026-02-03']) {
        const held = isHeld(payableFrom(toCalendarDate('2026-01-13'), clearingDays), toCalendarDate(day));
        const count = await world.database.inTenant(client.clientId, (tx) => releases.count(toCalendarDate(day), tx));
        expect([clearingDays, day, count]).toEqual([clearingDays, day, held ? 0 : 1]);
      }
      await client.today('2026-03-01');
      expect(await world.releasePayouts.execute(client.clientId)).toBe(1);
      expect(await world.releasePayouts.execute(client.clientId)).toBe(0);
    }
  });
});

describe('the database, to raw SQL as the service’s own role', () => {
  it.each([
    `UPDATE ${SCHEMA}.ledger_posting SET amount_minor = 1`,
    `DELETE FROM ${SCHEMA}.ledger_posting`,
    `INSERT INTO ${SCHEMA}.ledger_posting (version) VALUES (1)`,
    `UPDATE ${SCHEMA}.payout_total SET amount_minor = 1`,
    `DELETE FROM ${SCHEMA}.payout_total_delta`,
    `INSERT INTO ${SCHEMA}.payout_total_delta (items) VALUES (1)`,
  ])('refuses %s', async (text) => {
    expect(await refusalOf(byHand(text))).toMatch(/permission denied/);
  });

  it('pays no payout twice, releases none twice and changes no paid one', async () => {
    const boost = theOne(await client.payable([57_500n]));
    const where = `WHERE id = '${boost.id}'`;
    expect(await refusalOf(byHand(`UPDATE ${SCHEMA}.boost SET released_at = NULL ${where}`))).toMatch(/released once/);
    expect(await refusalOf(byHand(`UPDATE ${SCHEMA}.boost SET released_at = now() ${where}`))).toMatch(/released once/);
    const pay = `UPDATE ${SCHEMA}.boost SET status = 'paid', paid_at = now(), paid_by = 'a hand', changed_at = now(),
                   actor_kind = 'admin', actor_id = 'a hand', transaction_id = 'TX-1' ${where}`;
    await byHand(pay);
    expect(await client.books()).toMatchObject({ paid: '28.75', payable: '0.00' });
    expect(await refusalOf(byHand(pay))).toMatch(/paid boost never changes/);
    expect(await refusalOf(byHand(`UPDATE ${SCHEMA}.boost SET released_at = NULL ${where}`))).toMatch(/never changes/);
  });

  it('makes no payout payable that has no details', async () => {
    const boost = theOne(await client.expired([57_500n]));
    const refused = refusalOf(byHand(`UPDATE ${SCHEMA}.boost SET released_at = now() WHERE id = '${boost.id}'`));
    expect(await refused).toMatch(/released_when_payable/);
  });

  it('counts a final amount once: an earlier one can not be taken up again', async () => {
    const boost = theOne(await client.expired([57_500n]));
    await client.setFinal(boost, '10.00');
    await client.setFinal(boost, '20.00');
    const back = `UPDATE ${SCHEMA}.boost SET final_amount_version = 1, final_payout_minor = 1000 WHERE id = '${boost.id}'`;
    expect(await refusalOf(byHand(back))).toMatch(/duplicate key.*ledger_posting_pkey/);
  });
});

describe('boosts of before the ledger', () => {
  it('get the postings that they would have had', async () => {
    const own = await openPayoutWorld();
    try {
      client = new PayoutClient(own);
      await own.database.inTenant(client.clientId, (tx) => own.clients.register(tx));
      const [paid, adjusted, zero, open] = await client.expired([57_500n, 10_010n, 0n, 99_999n]);
      if (!paid || !adjusted || !zero || !open) throw new Error('there are four');
      for (const boost of [paid, adjusted, open]) await client.give(boost, 'a@example.com');
      for (const amount of ['1.00', '9.99', '3.00']) await client.setFinal(adjusted, amount);
      await client.pay(paid, 'TX-1', REASON);
      await client.pay(adjusted, 'TX-2', REASON);
      await client.setFinal(open, '0');
      const before = await client.books();
      const postings = [await client.postings(paid), await client.postings(adjusted), await client.postings(open)];
      await migrateAgain(own.testDatabase.ownerUrl('commission-boost'));
      expect(await client.books()).toEqual(before);
      const after = [await client.postings(paid), await client.postings(adjusted), await client.postings(open)];
      expect(after.map((rows) => rows.toSorted())).toEqual(postings.map((rows) => rows.toSorted()));
    } finally {
      await own.testDatabase.drop();
    }
  });
});

/** As if the ledger had never been, and came now. */
async function migrateAgain(ownerUrl: string): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    await owner.query(`
      BEGIN;
      DROP TABLE ${SCHEMA}.ledger_posting, ${SCHEMA}.payout_total, ${SCHEMA}.payout_total_delta;
      ALTER TABLE ${SCHEMA}.boost DROP COLUMN released_at CASCADE;
      DROP FUNCTION ${SCHEMA}.post_boost_money CASCADE;
      DROP FUNCTION ${SCHEMA}.total_postings CASCADE;
      DROP FUNCTION ${SCHEMA}.total_statuses CASCADE;
      DROP FUNCTION ${SCHEMA}.fold_payout_totals;
      DROP FUNCTION ${SCHEMA}.guard_release CASCADE;`);
    for (const migration of [new PayoutLedger1795622400001(), new PayoutTotals1795622400002()]) {
      await migration.up({ query: (text: string) => owner.query(text) } as unknown as Parameters<
        typeof migration.up
      >[0]);
    }
    await owner.query('COMMIT');
  } finally {
    await owner.end();
  }
}
