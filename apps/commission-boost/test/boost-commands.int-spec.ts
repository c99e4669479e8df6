import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from '#libs/persistence';
import { aCreatorId } from '#libs/testing';
import { BOOST_STATUSES, hasReached, type BoostStatus } from '../src/domain/boost/boost-status.ts';
import type { Boost } from '../src/domain/boost/boost.ts';
import { ClientWorld, openBoostWorld, received, redemptionClaimed, type BoostWorld } from './boost-world.ts';

let world: BoostWorld;
beforeAll(async () => {
  world = await openBoostWorld();
});
afterAll(() => world.testDatabase.drop());

type Resting = Exclude<BoostStatus, 'expired'>;

interface Placed {
  readonly client: ClientWorld;
  readonly boost: Boost;
  readonly redemptionId: string;
}

/** A boost as it stands after its step to `status`: of 200.00 sold at 5 %, or of nothing. */
async function boostThatIs(status: Resting, pays: boolean): Promise<Placed> {
  const client = new ClientWorld(world);
  const creatorId = aCreatorId();
  const terms = { creatorId, scheduledDate: '2026-01-06', durationDays: 7, clearingDays: 20 };
  const { id, redemptionId } = await client.claim(terms);
  const gmv = (minor: bigint) => new Map([[creatorId, minor]]);
  if (hasReached(status, 'active')) await client.feedAndApply('2026-01-06', gmv(10_000n));
  if (hasReached(status, 'expired')) await client.feedAndApply('2026-01-13', gmv(pays ? 30_000n : 9_000n));
  const placed = { client, redemptionId, boost: await client.boost(id) };
  if (hasReached(status, 'pending_payout')) await COMMANDS['payment details'](placed);
  if (status === 'paid') await COMMANDS['pay, hold overridden'](placed);
  return { ...placed, boost: await client.boost(id) };
}

const order = { adminId: 'admin-1', transactionId: 'TX-1', overrideHoldReason: 'it is only a test' };

/** Everything that anybody can ask of a boost, and every event that concerns it once more. */
const COMMANDS = {
  'payment details': ({ client, boost: { id, creatorId } }: Placed) =>
    world.database.inTenant(client.clientId, (tx) =>
      world.submitPaymentDetails.execute(
        { boostId: id, creatorId, account: { method: 'venmo', account: '@somebody' } },
        tx,
      ),
    ),
  'final amount': ({ client, boost }: Placed) =>
    client.inLane(boost.creatorId, (tx) => {
      const wish = { boostId: boost.id, amount: '12.34', currency: 'USD', reason: 'a test of ours' };
      return world.setFinalAmount.execute({ ...wish, adminId: 'admin-1' }, tx);
    }),
  'pay, hold overridden': ({ client, boost }: Placed) =>
    client.inLane(boost.creatorId, (tx) => world.payBoost.execute({ ...order, boostId: boost.id }, tx)),
  'pay on hold': ({ client, boost }: Placed) =>
    client.inLane(boost.creatorId, (tx) =>
      world.payBoost.execute({ ...order, boostId: boost.id, overrideHoldReason: null }, tx),
    ),
  'pay without a transaction': ({ client, boost }: Placed) =>
    client.inLane(boost.creatorId, (tx) =>
      world.payBoost.execute({ ...order, boostId: boost.id, transactionId: null }, tx),
    ),
  'its claim once more': ({ client, redemptionId, boost: { creatorId } }: Placed) => {
    const event = redemptionClaimed(client.clientId, { creatorId, redemptionId, scheduledDate: '2026-02-01' });
    return client.inLane(creatorId, (tx) => world.scheduleBoosts.execute([received(event)], tx));
  },
  'the loops once more': async ({ client }: Placed) => {
    await client.apply();
    await world.moveDueBoosts.execute(client.clientId);
  },
  'a sync before its date': ({ client }: Placed) => client.feedAndApply('2026-01-05'),
} as const;

type Command = keyof typeof COMMANDS;
type Outcome = Resting | 'changed' | 'unchanged' | `refused: ${string}`;

const ILLEGAL = 'refused: boost.illegal_state';
const PAID = 'refused: boost.already_paid';
const ALWAYS_QUIET = { 'its claim once more': 'unchanged', 'the loops once more': 'unchanged' } as const;
const NOT_YET = {
  'payment details': ILLEGAL,
  'final amount': ILLEGAL,
  'pay, hold overridden': ILLEGAL,
  'pay on hold': ILLEGAL,
  'pay without a transaction': ILLEGAL,
  ...ALWAYS_QUIET,
} as const;
const OVER = {
  'payment details': PAID,
  'final amount': PAID,
  'pay, hold overridden': PAID,
  'pay on hold': PAID,
  'pay without a transaction': PAID,
  ...ALWAYS_QUIET,
} as const;

/** What the rules say, written out: of boosts that pay something, and of those that pay nothing. */
const RULES: Readonly<Record<'something' | 'nothing', Record<Resting, Partial<Record<Command, Outcome>>>>> = {
  something: {
    scheduled: { ...NOT_YET, 'a sync before its date': 'unchanged' },
    active: NOT_YET,
    pending_info: { ...NOT_YET, 'payment details': 'pending_payout', 'final amount': 'changed' },
    pending_payout: {
      ...ALWAYS_QUIET,
      'payment details': 'unchanged',
      'final amount': 'changed',
      'pay, hold overridden': 'paid',
      'pay on hold': 'refused: payout.on_hold',
      'pay without a transaction': 'refused: validation_failed',
    },
    paid: OVER,
  },
  nothing: {
    scheduled: NOT_YET,
    active: NOT_YET,
    pending_info: {
      ...ALWAYS_QUIET,
      'payment details': 'pending_payout',
      'final amount': 'changed',
      'pay, hold overridden': 'paid',
      'pay on hold': 'refused: payout.on_hold',
      'pay without a transaction': 'paid',
    },
    pending_payout: {
      ...ALWAYS_QUIET,
      'payment details': 'unchanged',
      'final amount': 'changed',
      'pay, hold overridden': 'paid',
      'pay on hold': 'refused: payout.on_hold',
      'pay without a transaction': 'paid',
    },
    paid: OVER,
  },
};

const CASES = Object.entries(RULES).flatMap(([pays, byStatus]) =>
  BOOST_STATUSES.filter((status) => status !== 'expired').flatMap((status) =>
    Object.entries(byStatus[status]).map(([command, outcome]) => ({ pays, status, command, outcome })),
  ),
);

describe('a boost', () => {
  it.each(CASES)(
    'that pays $pays and is $status, on $command: $outcome',
    async ({ pays, status, command, outcome }) => {
      const placed = await boostThatIs(status, pays === 'something');
      const before = await everythingOf(placed);
      const answer = await codeOf(COMMANDS[command as Command](placed));
      const after = await everythingOf(placed);
      if (outcome.startsWith('refused: ')) {
        expect(answer).toBe(outcome);
        expect(after).toEqual(before);
      } else if (outcome === 'unchanged' || outcome === 'changed') {
        expect(answer).toBe('done');
        expect(after.status).toBe(status);
        expect({ same: after.steps === before.steps && after.told === before.told }).toEqual({ same: true });
        expect(JSON.stringify(after.row) === JSON.stringify(before.row)).toBe(outcome === 'unchanged');
      } else {
        expect(after.status).toBe(outcome);
        const made = BOOST_STATUSES.indexOf(outcome as BoostStatus) - BOOST_STATUSES.indexOf(status);
        expect({ steps: after.steps - before.steps, told: after.told - before.told }).toEqual({
          steps: made,
          told: made,
        });
      }
    },
  );
});

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    return `refused: ${(error as { code?: string }).code ?? String(error)}`;
  }
}

/** The boost as it stands, its steps, and how often it was told of. */
async function everythingOf({ client, boost }: Placed) {
  const { row, steps } = await world.database.inTenant(client.clientId, (tx) =>
    tx.one<{ row: Record<string, unknown>; steps: number }>(sql`
      SELECT to_jsonb(b) AS row, (SELECT count(*)::int FROM commission_boost.boost_transition t WHERE t.boost_id = b.id) AS steps
      FROM commission_boost.boost b WHERE b.id = ${boost.id}`),
  );
  const told = (await client.announced('laurel.boost.status-changed.v1')).length;
  return { row, steps, told, status: row['status'] };
}
