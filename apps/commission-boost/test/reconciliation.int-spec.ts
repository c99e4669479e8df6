import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClientId } from '#libs/kernel';
import { Database, sql } from '#libs/persistence';
import { CLOCK, systemClock } from '#libs/kernel';
import { ListFindings, Metrics, Reconciliation, reconciliationProviders, type Finding } from '#libs/service-kit';
import { aCreatorId } from '#libs/testing';
import { Test, type TestingModule } from '@nestjs/testing';
import pg from 'pg';
import type { Boost } from '../src/domain/boost/boost.ts';
import { BoostFactsRepository } from '../src/persistence/boost-facts.repository.ts';
import { ReadingRepository } from '../src/persistence/reading.repository.ts';
import { BOOST_COMPARISONS } from '../src/use-cases/compare-boosts.ts';
import { openStatements } from './statement-world.ts';
import { ClientWorld, openBoostWorld, type BoostWorld } from './boost-world.ts';

let world: BoostWorld;
let module: TestingModule;
let admin: pg.Client;

beforeAll(async () => {
  world = await openBoostWorld();
  module = await Test.createTestingModule({
    providers: [
      ...reconciliationProviders({ service: 'commission-boost', hour: 3, comparisons: BOOST_COMPARISONS }),
      ...[BoostFactsRepository, ReadingRepository],
      { provide: Database, useValue: world.database },
      { provide: Metrics, useValue: new Metrics('commission-boost') },
      { provide: CLOCK, useValue: systemClock },
    ],
  }).compile();
  admin = new pg.Client({ connectionString: world.testDatabase.adminUrl });
  await admin.connect();
  await admin.query(`
    DO $body$
    DECLARE
      rule record;
    BEGIN
      FOR rule IN SELECT conrelid::regclass AS held_by, conname FROM pg_constraint
                  WHERE contype = 'c' AND connamespace = 'commission_boost'::regnamespace
                    AND conrelid IN ('commission_boost.boost'::regclass, 'commission_boost.ledger_posting'::regclass) LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', rule.held_by, rule.conname);
      END LOOP;
    END $body$`);
});
afterAll(async () => {
  await admin.end();
  await world.testDatabase.drop();
});

async function reconcile(clientId: ClientId): Promise<Finding[]> {
  const reconciliation = module.get(Reconciliation);
  await reconciliation.begin(clientId, { askedBy: 'a test' });
  if (!(await reconciliation.driveToEnd(clientId, Infinity))) throw new Error('the run has not come to its end');
  return module
    .get(ListFindings)
    .execute({ clientId, status: 'open', kind: undefined, after: undefined, fetch: 1_000 });
}

/** What a superuser can do whom no trigger and no foreign key stops; checks are taken off for all of this. */
async function byForce(statement: string, ...values: unknown[]): Promise<void> {
  await admin.query('BEGIN');
  await admin.query('SET LOCAL session_replication_role = replica');
  const { rowCount } = await admin.query(statement, values);
  await admin.query('COMMIT');
  expect(rowCount).toBeGreaterThan(0);
}

/** A boost that was adjusted and paid, one whose date had another file, one that waits, one that runs, one to come. */
async function played(): Promise<{ client: ClientWorld; paid: Boost; corrected: Boost }> {
  const client = new ClientWorld(world);
  const [one, two, three] = [aCreatorId(), aCreatorId(), aCreatorId()];
  const first = await client.claim({ creatorId: one, scheduledDate: '2026-01-06', durationDays: 7, clearingDays: 0 });
  const second = await client.claim({ creatorId: two, scheduledDate: '2026-01-06', durationDays: 7 });
  await client.hearClaim({ creatorId: one, scheduledDate: '2026-01-12', durationDays: 30 });
  const all = (minor: bigint) => new Map([one, two, three].map((creator) => [creator, minor]));
  await client.feedAndApply('2026-01-06', all(10_000n));
  await client.feedAndApply('2026-01-06', new Map([[two, 10_700n]]));
  await client.feedAndApply('2026-01-09', all(30_000n));
  await client.feedAndApply('2026-01-13', all(29_000n));
  await client.claim({ creatorId: three, scheduledDate: '2026-01-20' });
  await client.inLane(one, async (tx) => {
    const of = { boostId: first.id, adminId: 'admin-1' };
    await world.setFinalAmount.execute({ ...of, amount: '12.50', currency: undefined, reason: 'a test of money' }, tx);
  });
  const account = { method: 'venmo', account: '@somebody' } as const;
  await world.database.inTenant(client.clientId, (tx) =>
    world.submitPaymentDetails.execute({ boostId: first.id, creatorId: one, account }, tx),
  );
  const order = { boostId: first.id, adminId: 'admin-1', transactionId: 'TX-1', overrideHoldReason: 'a test of money' };
  await client.inLane(one, (tx) => world.payBoost.execute(order, tx));
  return { client, paid: await client.boost(first.id), corrected: await client.boost(second.id) };
}

const BOOST = (set: string) => `UPDATE commission_boost.boost SET ${set} WHERE client_id = $1 AND id = $2`;
const ENTRY = (set: string, sequence: number) =>
  `UPDATE commission_boost.creator_gmv SET ${set} WHERE client_id = $1 AND sync_sequence = ${sequence} AND creator_id =
     (SELECT creator_id FROM commission_boost.boost WHERE client_id = $1 AND id = $2)`;
const POSTING = (set: string, cause: string) =>
  `UPDATE commission_boost.ledger_posting SET ${set} WHERE client_id = $1 AND boost_id = $2 AND cause = '${cause}'`;

/** What a hand can do to a paid boost, and the findings that must name it; and its creator's next boost, where that is read at the same sync. */
const PLANTED: readonly [kinds: readonly string[], statement: string, ofTheNext?: readonly string[]][] = [
  [['reading_at_activation', 'entries'], BOOST('gmv_at_activation_minor = gmv_at_activation_minor + 1')],
  [['reading_at_expiry', 'entries'], BOOST('gmv_at_expiry_minor = gmv_at_expiry_minor - 1')],
  [['reading_sync'], BOOST('activation_sync_id = uuidv7()')],
  [['reading_sync'], BOOST(`expiry_file_sha256 = repeat('b', 64)`)],
  [['reading_sync'], BOOST('activation_date = activation_date + 1')],
  [['entries', 'payout', 'sales_missing'], ENTRY('difference_minor = difference_minor - 100', 3)],
  [['reading_at_expiry'], ENTRY('lifetime_gmv_minor = lifetime_gmv_minor + 5', 4), ['reading_at_activation']],
  [['ledger', 'payout'], BOOST('calculated_payout_minor = calculated_payout_minor + 1')],
  [['ledger', 'payout_totals'], BOOST('final_payout_minor = final_payout_minor + 1')],
  [['boost_history', 'ledger', 'payout_totals'], BOOST(`status = 'pending_payout'`)],
  [['ledger', 'payout_totals'], POSTING('amount_minor = amount_minor + 1', 'expiry')],
  [['ledger', 'payout_totals'], POSTING('amount_minor = amount_minor - 1', 'payment')],
  [['ledger', 'payout_totals'], POSTING('amount_minor = amount_minor - 1', 'expiry')],
  [
    ['ledger', 'payout_totals'],
    `DELETE FROM commission_boost.ledger_posting WHERE client_id = $1 AND boost_id = $2 AND cause = 'release'`,
  ],
  [['ledger', 'payout_totals'], POSTING(`currency = 'EUR', debit_account = 'held'`, 'payment')],
  [
    ['ledger', 'payout_totals'],
    `DELETE FROM commission_boost.ledger_posting WHERE client_id = $1 AND boost_id = $2 AND cause = 'payment'`,
  ],
  [
    ['boost_history'],
    `DELETE FROM commission_boost.boost_transition WHERE client_id = $1 AND boost_id = $2 AND to_status = 'active'`,
  ],
  [
    ['boost_history'],
    `INSERT INTO commission_boost.boost_transition SELECT client_id, boost_id, from_status, to_status, actor_kind, actor_id, occurred_at + interval '1 ms'
     FROM commission_boost.boost_transition WHERE client_id = $1 AND boost_id = $2 AND to_status = 'paid'`,
  ],
  [['boost_missing', 'payout_totals'], 'DELETE FROM commission_boost.boost WHERE client_id = $1 AND id = $2'],
  [
    ['payout_totals'],
    `INSERT INTO commission_boost.payout_total (client_id, currency, kind, name, month, items, amount_minor)
     SELECT client_id, currency, 'account', 'paid', '2026-01-01', 1, 5 FROM commission_boost.boost WHERE client_id = $1 AND id = $2`,
  ],
  [['boost_overlap', 'reading_sync'], BOOST(`expiry_sync_sequence = 5`), ['boost_overlap']],
];

describe('a run', () => {
  it('finds nothing wrong with boosts that went every way', async () => {
    const { client, paid } = await played();
    expect(paid).toMatchObject({ status: 'paid', finalPayoutMinor: 1_250n });
    expect(await reconcile(client.clientId)).toEqual([]);
  });

  it.each(PLANTED)('reports %j after %s', async (kinds, statement, ofTheNext = []) => {
    const { client, paid } = await played();
    if (kinds[0] === 'boost_overlap') await client.feedAndApply('2026-01-14');
    await byForce(statement, client.clientId, paid.id);
    const findings = await reconcile(client.clientId);
    const ofOthers = findings.filter(({ subject }) => subject.kind === 'boost' && subject.id !== paid.id);
    const ofThis = findings.filter((finding) => !ofOthers.includes(finding));
    expect(ofThis.map(({ kind }) => kind).toSorted()).toEqual([...kinds].toSorted());
    expect(ofOthers.map(({ kind }) => kind)).toEqual(ofTheNext);
    for (const { expected, found } of findings) expect(expected).not.toBe(found);
  });

  it.each([
    ['UPDATE commission_boost.reading_correction SET difference_minor = 699 WHERE client_id = $1 AND boost_id = $2'],
    ['DELETE FROM commission_boost.reading_correction WHERE client_id = $1 AND boost_id = $2'],
  ])('reports corrections after %s', async (statement) => {
    const { client, corrected } = await played();
    await byForce(statement, client.clientId, corrected.id);
    const findings = await reconcile(client.clientId);
    expect(findings.map(({ kind, subject }) => [kind, subject.id])).toEqual([['corrections', corrected.id]]);
    expect(findings[0]?.expected).toBe('700 minor units');
  });

  it('reports a statement that was never made, and one that is behind', async () => {
    const { client, paid, corrected } = await played();
    const without = (boost: Boost) =>
      byForce(
        'DELETE FROM commission_boost.statement_request WHERE client_id = $1 AND boost_id = $2',
        client.clientId,
        boost.id,
      );
    await without(corrected);
    const [finding] = await reconcile(client.clientId);
    expect(finding).toMatchObject({ kind: 'statement', subject: { id: corrected.id }, found: 'none' });
    await openStatements(world.database).untilMade(client.clientId);
    await byForce(
      'UPDATE commission_boost.statement SET is_paid = false WHERE client_id = $1 AND boost_id = $2',
      client.clientId,
      paid.id,
    );
    const behind = (await reconcile(client.clientId)).find(({ subject }) => subject.id === paid.id);
    expect(behind).toMatchObject({
      kind: 'statement',
      expected: '1 amounts set, 0 corrections, paid',
      found: '1 amounts set, 0 corrections, not paid',
    });
  });

  it('reports a boost that was read without sales whose event was discarded, once a later event tells', async () => {
    const client = new ClientWorld(world);
    const creatorId = aCreatorId();
    const { id } = await client.claim({ creatorId, scheduledDate: '2026-01-06', durationDays: 7 });
    await client.feedAndApply('2026-01-06', new Map([[creatorId, 10_000n]]));
    await client.feed('2026-01-13', new Map([[creatorId, 60_000n]]));
    await byForce(
      'DELETE FROM commission_boost.creator_gmv WHERE client_id = $1 AND sync_sequence = 2',
      client.clientId,
    );
    await client.apply();
    expect((await client.boost(id)).expiry?.deltaMinor).toBe(0n);
    expect(await reconcile(client.clientId)).toEqual([]);
    await client.feedAndApply('2026-01-14', new Map([[creatorId, 61_000n]]));
    expect(await reconcile(client.clientId)).toMatchObject([
      {
        kind: 'sales_missing',
        subject: { kind: 'boost', id },
        expected: '60000 minor units',
        found: '10000 minor units',
      },
    ]);
  });

  it('finds nothing wrong while a further file is seen and not reached, or not looked at', async () => {
    const { client, corrected } = await played();
    await client.feed('2026-01-13', new Map([[corrected.creatorId, 29_500n]]));
    expect(await reconcile(client.clientId)).toEqual([]);
    await world.watermark.advance(client.clientId);
    expect(await reconcile(client.clientId)).toEqual([]);
    await client.apply();
    expect(await reconcile(client.clientId)).toEqual([]);
    const { noted } = await world.database.inTenant(client.clientId, (tx) =>
      tx.one<{ noted: number }>(sql`SELECT count(*)::int AS noted FROM commission_boost.reading_correction`),
    );
    expect(noted).toBe(2);
  });
});
