import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CreatorId } from '#libs/kernel';
import { sql, trustedSql } from '#libs/persistence';
import { aCreatorId } from '#libs/testing';
import type { Boost } from '../src/domain/boost/boost.ts';
import { BOOST_STATUSES, hasReached, maySucceed, type BoostStatus } from '../src/domain/boost/boost-status.ts';
import { HistoryPartitionRepository } from '../src/persistence/history-partition.repository.ts';
import { ClientWorld, openBoostWorld, refusalOf, type BoostWorld } from './boost-world.ts';

let world: BoostWorld;
let client: ClientWorld;

beforeAll(async () => {
  world = await openBoostWorld();
  client = new ClientWorld(world);
});
afterAll(() => world.testDatabase.drop());

const ADMIN = 'admin-1';
let week = 0;

/** A boost that has just made the step to `status`; only `expired`, which is left at once, can not be had. */
async function boostThatIs(status: BoostStatus): Promise<Boost> {
  const creatorId = aCreatorId();
  const date = (day: number) => new Date(Date.UTC(2026, 0, 1 + week * 10 + day)).toISOString().slice(0, 10);
  week += 1;
  const { id } = await client.claim({ creatorId, scheduledDate: date(1), durationDays: 7, clearingDays: 0 });
  if (hasReached(status, 'active')) await client.feedAndApply(date(1), new Map([[creatorId, 10_000n]]));
  if (hasReached(status, 'expired')) await client.feedAndApply(date(8), new Map([[creatorId, 30_000n]]));
  if (hasReached(status, 'pending_payout')) await giveDetails(id, creatorId);
  if (status === 'paid') {
    const order = { boostId: id, adminId: ADMIN, transactionId: `TX-${id}`, overrideHoldReason: 'a test' };
    await client.inLane(creatorId, (tx) => world.payBoost.execute(order, tx));
  }
  return client.boost(id);
}

function giveDetails(boostId: Boost['id'], creatorId: CreatorId): Promise<Boost> {
  const account = { method: 'venmo', account: '@somebody' } as const;
  return world.database.inTenant(client.clientId, (tx) =>
    world.submitPaymentDetails.execute({ boostId, creatorId, account }, tx),
  );
}

/** As the partitions of the history are named. */
function quarterOf(date: Date): string {
  return `${date.getUTCFullYear()}q${Math.floor(date.getUTCMonth() / 3) + 1}`;
}

/** Raw SQL as the service's own role, with the tenant set: what a hand at the console could do. */
function byHand(boost: Boost, assignments: string): Promise<number> {
  return world.database.inTenant(client.clientId, (tx) =>
    tx.execute(sql`UPDATE commission_boost.boost SET ${trustedSql(assignments)} WHERE id = ${boost.id}`),
  );
}

describe('the database, to raw SQL as the service’s own role', () => {
  const resting = BOOST_STATUSES.filter((status) => status !== 'expired');

  it.each(resting)('refuses every illegal step from %s', async (status) => {
    const boost = await boostThatIs(status);
    for (const to of BOOST_STATUSES) {
      if (to === status || maySucceed(status, to)) continue;
      expect(await refusalOf(byHand(boost, `status = '${to}'`))).toMatch(/no step leads|never changes/);
    }
    expect((await client.boost(boost.id)).status).toBe(status);
  });

  it.each(resting.slice(0, -1))('refuses the legal step from %s without what it must record', async (status) => {
    const to = BOOST_STATUSES[BOOST_STATUSES.indexOf(status) + 1];
    expect(await refusalOf(byHand(await boostThatIs(status), `status = '${to}'`))).toMatch(/violates check constraint/);
  });

  it.each([
    'rate_bps = 9000',
    'duration_days = 60',
    "scheduled_date = '2030-01-01'",
    'clearing_days = 0 + clearing_days + 1',
    "currency = 'EUR'",
    "timezone = 'UTC'",
    'creator_id = uuidv7()',
    'redemption_id = uuidv7()',
    'tier_commission_rate_bps = 1',
    'tier_at_claim = 1',
    'reward_id = uuidv7()',
    'lane = (lane + 1) % 12',
    'claimed_at = now()',
    "claimed_on = '2020-01-01'",
    'id = uuidv7()',
  ])('refuses a changed term: %s', async (assignment) => {
    expect(await refusalOf(byHand(await boostThatIs('scheduled'), assignment))).toMatch(/terms of a boost are frozen/);
  });

  it.each([
    ['active', 'gmv_at_activation_minor = 0', /reading at activation is frozen/],
    ['active', 'activation_sync_sequence = 999', /reading at activation is frozen/],
    ['active', "expiry_date = '2030-01-01'", /reading at activation is frozen/],
    ['pending_info', 'gmv_at_expiry_minor = 1', /reading at expiry is frozen/],
    ['pending_info', 'delta_minor = 1000000', /reading at expiry is frozen/],
    ['pending_info', 'calculated_payout_minor = 1000000', /reading at expiry is frozen/],
  ] as const)('refuses, once %s, %s', async (status, assignment, message) => {
    expect(await refusalOf(byHand(await boostThatIs(status), assignment))).toMatch(message);
  });

  it('refuses a payout that is not the formula, and an amount that nobody has given a reason for', async () => {
    const boost = await boostThatIs('pending_info');
    expect(await refusalOf(byHand(boost, 'final_payout_minor = 5'))).toMatch(/payout_is_the_formula/);
    const unfounded = byHand(boost, 'final_payout_minor = 5, final_amount_version = 1');
    expect(await refusalOf(unfounded)).toMatch(/foreign key/);
    expect(await refusalOf(byHand(await boostThatIs('active'), 'final_payout_minor = 5'))).toMatch(/formula/);
  });

  it('refuses a paid boost without transaction id, and `zero` for an amount above 0', async () => {
    const boost = await boostThatIs('pending_payout');
    const paid = `status = 'paid', paid_at = now(), paid_by = 'me'`;
    expect(await refusalOf(byHand(boost, paid))).toMatch(/paid_with_transaction/);
    expect(await refusalOf(byHand(boost, `${paid}, transaction_id = ' '`))).toMatch(/paid_with_transaction/);
    expect(await refusalOf(byHand(boost, `${paid}, transaction_id = 'zero'`))).toMatch(/paid_with_transaction/);
  });

  it('refuses a second payout and any other change of a paid boost', async () => {
    const boost = await boostThatIs('paid');
    for (const change of [
      "transaction_id = 'TX-2'",
      'paid_at = now()',
      'final_payout_minor = 1',
      "status = 'pending_payout'",
    ]) {
      expect(await refusalOf(byHand(boost, change))).toMatch(/a paid boost never changes/);
    }
  });

  it('refuses a second boost of a creator that is scheduled or active, whoever asks', async () => {
    for (const status of ['scheduled', 'active'] as const) {
      const { id } = await boostThatIs(status);
      const second = world.database.inTenant(client.clientId, (tx) =>
        tx.execute(sql`
          INSERT INTO commission_boost.boost
            (client_id, redemption_id, creator_id, reward_id, lane, rate_bps, duration_days, tier_at_claim,
             tier_commission_rate_bps, scheduled_date, clearing_days, currency, timezone, claimed_at, claimed_on,
             changed_at, actor_kind)
          SELECT client_id, uuidv7(), creator_id, reward_id, lane, rate_bps, duration_days, tier_at_claim,
             tier_commission_rate_bps, scheduled_date, clearing_days, currency, timezone, claimed_at, claimed_on,
             now(), 'system' FROM commission_boost.boost WHERE id = ${id}`),
      );
      expect(await refusalOf(second)).toMatch(/boost_slot/);
    }
  });

  it('refuses a boost that does not begin as scheduled', async () => {
    const boost = await boostThatIs('scheduled');
    const copy = world.database.inTenant(client.clientId, (tx) =>
      tx.execute(sql`
        INSERT INTO commission_boost.boost
          (client_id, redemption_id, creator_id, reward_id, lane, status, rate_bps, duration_days, tier_at_claim,
           tier_commission_rate_bps, scheduled_date, clearing_days, currency, timezone, claimed_at, claimed_on,
           changed_at, actor_kind)
        SELECT client_id, uuidv7(), uuidv7(), reward_id, lane, 'active', rate_bps, duration_days, tier_at_claim,
           tier_commission_rate_bps, scheduled_date, clearing_days, currency, timezone, claimed_at, claimed_on,
           now(), 'system' FROM commission_boost.boost WHERE id = ${boost.id}`),
    );
    expect(await refusalOf(copy)).toMatch(/begins as scheduled/);
  });

  it.each([
    'DELETE FROM commission_boost.boost',
    'TRUNCATE commission_boost.boost CASCADE',
    "UPDATE commission_boost.boost_transition SET actor_kind = 'admin'",
    'DELETE FROM commission_boost.boost_transition',
    'TRUNCATE commission_boost.boost_transition',
    `DELETE FROM commission_boost.boost_transition_${quarterOf(new Date())}`,
    `UPDATE commission_boost.boost_transition_${quarterOf(new Date())} SET actor_kind = 'admin'`,
    `ALTER TABLE commission_boost.boost_transition DETACH PARTITION commission_boost.boost_transition_${quarterOf(new Date())}`,
    `DROP TABLE commission_boost.boost_transition_${quarterOf(new Date())}`,
    'UPDATE commission_boost.reading_correction SET difference_minor = 1',
    'DELETE FROM commission_boost.reading_correction',
    'DELETE FROM commission_boost.waiting_claim',
    'UPDATE commission_boost.alert SET facts = facts',
    'DELETE FROM commission_boost.alert',
    "INSERT INTO commission_boost.boost_transition SELECT client_id, uuidv7(), NULL, 'paid', 'system', NULL, now() FROM commission_boost.boost",
    'UPDATE commission_boost.creator_gmv SET lifetime_gmv_minor = 0',
    'DELETE FROM commission_boost.creator_gmv',
    'UPDATE commission_boost.final_amount SET amount_minor = 0',
    'DELETE FROM commission_boost.final_amount',
    'UPDATE commission_boost.payment_detail SET version = 2',
    'DELETE FROM commission_boost.payment_detail',
    'ALTER TABLE commission_boost.boost DISABLE TRIGGER ALL',
  ])('has no right to: %s', async (statement) => {
    const tried = world.database.inTenant(client.clientId, (tx) => tx.execute(trustedSql(statement)));
    expect(await refusalOf(tried)).toMatch(/permission denied|must be owner/);
  });

  it('shows another tenant nothing, filtered or not', async () => {
    await boostThatIs('paid');
    const stranger = new ClientWorld(world);
    const tables = [
      'alert',
      'boost',
      'boost_transition',
      'creator_gmv',
      'reading_correction',
      'waiting_claim',
      'final_amount',
      'payment_detail',
      'programme_date',
    ];
    for (const table of tables) {
      const rows = await world.database.inTenant(stranger.clientId, (tx) =>
        tx.many(sql`SELECT FROM commission_boost.${trustedSql(table)}`),
      );
      expect({ table, rows: rows.length }).toEqual({ table, rows: 0 });
    }
  });
});

describe('the history', () => {
  it('lies in quarters, made ahead of time, each step in the quarter of its instant', async () => {
    await world.database.inTransaction((tx) => new HistoryPartitionRepository().ensure(tx));
    const today = new Date();
    const ahead = [0, 3, 6].map((months) =>
      quarterOf(new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + months, 1))),
    );
    const boost = await boostThatIs('pending_payout');
    const paid = `status = 'paid', paid_at = now(), paid_by = 'me', transaction_id = 'TX', actor_kind = 'admin', actor_id = 'me'`;
    const later = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 6, 1)).toISOString();
    await byHand(boost, `${paid}, changed_at = '${later}'`);
    const rows = await world.database.inTenant(client.clientId, (tx) =>
      tx.many<{ quarter: string; steps: string[] }>(sql`
        SELECT replace(tableoid::regclass::text, 'commission_boost.boost_transition_', '') AS quarter,
               array_agg(to_status ORDER BY occurred_at) AS steps
        FROM commission_boost.boost_transition WHERE boost_id = ${boost.id} GROUP BY 1`),
    );
    const [now, , last] = ahead;
    expect(new Map(rows.map(({ quarter, steps }) => [quarter, steps.length]))).toEqual(
      new Map([
        [now, 5],
        [last, 1],
      ]),
    );
  });

  it('refuses a step for which there is no quarter: none is made without its history', async () => {
    const boost = await boostThatIs('pending_payout');
    const paid = `status = 'paid', paid_at = now(), paid_by = 'me', transaction_id = 'TX-9', actor_kind = 'admin', actor_id = 'me'`;
    expect(await refusalOf(byHand(boost, `${paid}, changed_at = '2031-01-01'`))).toMatch(/no partition/);
    expect((await client.boost(boost.id)).status).toBe('pending_payout');
  });
});
