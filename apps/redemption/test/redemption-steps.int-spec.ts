import { randomUUID } from 'node:crypto';
import type { CreatorId, RedemptionId, RewardId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { createTestTopics, eventually, startService, testSigner } from '#libs/testing';
import type { RunningService, TestTopics } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BOOST_STATUSES, boostEffect } from '../src/domain/redemption/boost-steps.ts';
import { decideStep, REDEMPTION_STATUSES, type RedemptionStatus } from '../src/domain/redemption/redemption-state.ts';
import { REWARD_SOURCES, REWARD_TYPES, type RewardSource, type RewardType } from '../src/domain/reward/reward.ts';
import { ApplyMissionGrants } from '../src/use-cases/apply-mission-grants.ts';
import { FollowBoosts } from '../src/use-cases/follow-boosts.ts';
import { ADDRESS, VALUES } from './offers.ts';
import { openRedemptionWorld, type ClientWorld, type RedemptionWorld } from './redemption-world.ts';

let world: RedemptionWorld;
let client: ClientWorld;
let topics: TestTopics;
let service: RunningService;
let admin: string;
/** Each case has a creator of its own: no slot and no unclaimed row is shared. */
const creators: CreatorId[] = [];
const rewardOf = new Map<string, RewardId>();

beforeAll(async () => {
  [world, topics] = await Promise.all([openRedemptionWorld(), createTestTopics()]);
  client = await world.client();
  service = await startService('redemption', { database: world.testDatabase, topics, env: { LAUREL_ROLES: 'http' } });
  admin = await testSigner().token({ role: 'admin', clientId: client.clientId });
  for (const type of REWARD_TYPES) {
    for (const source of REWARD_SOURCES) {
      const { id } = await client.enabled({ type, source, value: VALUES[type], tier: 1, frequency: 'unlimited' });
      rewardOf.set(`${type} ${source}`, id);
    }
  }
  creators.push(...(await client.onboard(HTTP_CASES.length + RAFFLE_CASES.length + BOOST_CASES.length + 20)));
});
afterAll(async () => {
  await service.stop();
  await topics.remove();
  await world.testDatabase.drop();
});

interface Planted {
  readonly id: RedemptionId;
  readonly creatorId: CreatorId;
}

/** A row put into its state by hand: how it came there is not what is tested. An unclaimed VIP row is there already. */
async function plant(of: { type: RewardType; source?: RewardSource; status: RedemptionStatus; shipped?: boolean }) {
  const creatorId = creators.pop() as CreatorId;
  const { type, source = 'vip_tier', status, shipped = false } = of;
  return client.inTenant(async (tx): Promise<Planted> => {
    const { id } = await tx.one<{ id: RedemptionId }>(sql`
      INSERT INTO redemption.redemption (client_id, reward_id, creator_id, status, tier_at_grant, tier_version_at_grant)
      VALUES (${client.clientId}, ${rewardOf.get(`${type} ${source}`)}, ${creatorId}, ${status}, 1, 0)
      ON CONFLICT (client_id, reward_id, creator_id) WHERE status = 'claimable' DO UPDATE SET hidden_reason = NULL
      RETURNING id`);
    if (shipped) {
      await tx.execute(sql`
        INSERT INTO redemption.shipment (client_id, redemption_id, carrier, tracking_number, shipped_at)
        VALUES (${client.clientId}, ${id}, 'UPS', '1Z', now())`);
    }
    return { id, creatorId };
  });
}

/** All that a command could change: the creator's rows, their history, terms, parcels and slots, and the outbox. */
function everything({ creatorId }: Planted): Promise<{ rows: { id: string; status: string }[]; steps: number }> {
  return client.inTenant((tx) =>
    tx.one(sql`
      WITH mine AS (SELECT * FROM redemption.redemption WHERE client_id = ${client.clientId} AND creator_id = ${creatorId})
      SELECT (SELECT json_agg(to_json(mine) ORDER BY id) FROM mine) AS rows,
             (SELECT count(*)::int FROM redemption.redemption_transition t JOIN mine ON mine.id = t.redemption_id) AS steps,
             (SELECT json_agg(to_json(t) ORDER BY t.id) FROM redemption.redemption_transition t
                JOIN mine ON mine.id = t.redemption_id) AS history,
             (SELECT json_agg(k) FROM redemption.claim k WHERE k.creator_id = ${creatorId}) AS terms,
             (SELECT json_agg(s) FROM redemption.claim_slot s WHERE s.creator_id = ${creatorId}) AS slots,
             (SELECT json_agg(s) FROM redemption.shipment s JOIN mine ON mine.id = s.redemption_id) AS parcels,
             (SELECT json_agg(g ORDER BY g.id) FROM redemption.mission_grant g
                WHERE g.creator_id = ${creatorId} AND g.status <> 'placed') AS grants,
             (SELECT count(*)::int FROM redemption.outbox) AS events`),
  );
}

async function post(path: string, body: unknown, token = admin): Promise<{ status: number; code: unknown }> {
  const response = await fetch(`${service.url}/v1/redemptions/${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify(body),
  });
  const { code } = (await response.json()) as { code?: unknown };
  return { status: response.status, code };
}

const COMMANDS = {
  claim: { scheduledDate: '2026-03-26', scheduledAt: '2026-03-26T14:00:00Z', shipping: ADDRESS },
  fulfil: { notes: 'sent by mail' },
  conclude: {},
  ship: { carrier: 'UPS', trackingNumber: '1Z' },
  deliver: {},
} as const;
type Command = keyof typeof COMMANDS;

const HTTP_CASES = REWARD_TYPES.flatMap((type) =>
  REDEMPTION_STATUSES.flatMap((status) =>
    (Object.keys(COMMANDS) as Command[]).flatMap((command) =>
      [false, true].map((shipped) => ({ type, status, shipped, command })),
    ),
  ),
).filter(({ type, status, shipped }) => !shipped || (type === 'physical_gift' && status === 'claimed'));

describe('every state and command over HTTP: the legal ones move, the others are 409 and change nothing', () => {
  it.each(HTTP_CASES)(
    '$type that is $status, shipped $shipped: $command',
    async ({ type, status, shipped, command }) => {
      const mover = command === 'claim' ? 'creator' : 'admin';
      const decision = decideStep({ type, status, shipped, source: 'vip_tier' }, command, mover);
      const row = await plant({ type, status, shipped });
      const own = await testSigner().token({ role: 'creator', clientId: client.clientId, sub: row.creatorId });
      const before = await everything(row);
      const answer = await post(`${row.id}/${command}`, COMMANDS[command], command === 'claim' ? own : admin);
      const after = await everything(row);
      if (decision.kind === 'illegal') {
        const code = command === 'claim' ? 'redemption.not_open' : 'redemption.illegal_state';
        expect(answer).toEqual({ status: 409, code });
        expect(after).toEqual(before);
      } else {
        expect(answer.status).toBe(200);
        expect(after.rows.find(({ id }) => id === row.id)?.status).toBe(decision.to);
        expect(after.steps).toBe(before.steps + 1);
      }
    },
  );
});

const RAFFLE_CASES = REWARD_TYPES.flatMap((type) =>
  REDEMPTION_STATUSES.flatMap((status) => REWARD_SOURCES.map((source) => ({ type, status, source }))),
);

describe('a lost raffle', () => {
  it.each(RAFFLE_CASES)('$source $type that is $status', async ({ type, status, source }) => {
    const decision = decideStep({ type, status, source, shipped: false }, 'reject', 'raffle');
    const row = await plant({ type, status, source });
    const rewardId = rewardOf.get(`${type} ${source}`) as RewardId;
    const grant = { id: randomUUID(), missionId: randomUUID(), creatorId: row.creatorId, rewardId };
    if (source === 'mission') await place(grant, row.id);
    else await news({ ...grant, status: 'granted' });
    const before = await everything(row);
    await news({ ...grant, status: 'lost' });
    const after = await everything(row);
    if (decision.kind === 'illegal') {
      expect(after).toEqual(before);
    } else {
      expect(after.rows.find(({ id }) => id === row.id)?.status).toBe('rejected');
      expect(after.steps).toBe(before.steps + 1);
    }
  });

  function news(grant: Parameters<ApplyMissionGrants['execute']>[0][number]): Promise<void> {
    return client.inLanes([grant.creatorId], (tx) => world.get(ApplyMissionGrants).execute([grant], tx));
  }

  async function place(
    grant: { id: string; missionId: string; rewardId: RewardId } & Omit<Planted, 'id'>,
    row: RedemptionId,
  ) {
    await client.inTenant((tx) =>
      tx.execute(sql`
        INSERT INTO redemption.mission_grant (client_id, id, mission_id, creator_id, reward_id, status, redemption_id)
        VALUES (${client.clientId}, ${grant.id}, ${grant.missionId}, ${grant.creatorId}, ${grant.rewardId}, 'placed', ${row})`),
    );
  }
});

const BOOST_CASES = REDEMPTION_STATUSES.flatMap((status) => BOOST_STATUSES.map((boost) => ({ status, boost })));

describe('the word of a boost', () => {
  it.each(BOOST_CASES)('to a redemption that is $status: $boost', async ({ status, boost }) => {
    const row = await plant({ type: 'commission_boost', status });
    let expected: RedemptionStatus = status;
    for (const to of boostEffect(boost).steps) {
      const command = to === 'fulfilled' ? 'fulfil' : 'conclude';
      const step = { status: expected, type: 'commission_boost', source: 'vip_tier', shipped: false } as const;
      const decision = decideStep(step, command, 'boost');
      if (decision.kind === 'step') expected = decision.to;
    }
    const before = await everything(row);
    await client.inLanes([row.creatorId], (tx) =>
      world.get(FollowBoosts).execute([{ redemptionId: row.id, status: boost }], tx),
    );
    const after = await everything(row);
    if (expected === status) expect(after).toEqual(before);
    else expect(after.rows.find(({ id }) => id === row.id)?.status).toBe(expected);
  });
});

it.each([
  ['ship', { type: 'physical_gift', status: 'claimed' }],
  ['deliver', { type: 'physical_gift', status: 'claimed', shipped: true }],
  ['conclude', { type: 'gift_card', status: 'claimed' }],
  ['fulfil', { type: 'discount', status: 'claimed' }],
] as const)('of two at once one is 200 and one 409: %s', async (command, of) => {
  const row = await plant(of);
  const answers = await client.inTenant(async (tx) => {
    await tx.execute(sql`
      SELECT FROM redemption.redemption WHERE client_id = ${client.clientId} AND id = ${row.id} FOR UPDATE`);
    const both = [1, 2].map(() => post(`${row.id}/${command}`, COMMANDS[command]));
    await eventually(async () => (await waiting()) === 2, { describe: 'both to wait for the row' });
    return both;
  });
  const settled = await Promise.all(answers);
  expect(settled.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(settled.find(({ status }) => status === 409)?.code).toBe('redemption.illegal_state');
  expect((await everything(row)).steps).toBe(1);
});

/** How many of the database's sessions wait for a lock. */
async function waiting(): Promise<number> {
  const { sessions } = await world.database.inTransaction((tx) =>
    tx.one<{ sessions: number }>(sql`
      SELECT count(*)::int AS sessions FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`),
  );
  return sessions;
}

describe('the database itself', () => {
  it('refuses a step that is not in the table', async () => {
    const { id } = await plant({ type: 'gift_card', status: 'claimed' });
    const back = client.inTenant((tx) =>
      tx.execute(sql`
        UPDATE redemption.redemption SET status = 'claimable' WHERE client_id = ${client.clientId} AND id = ${id}`),
    );
    await expect(back).rejects.toThrow('no step leads from claimed to claimable');
  });

  it('keeps terms and history append-only for the service', async () => {
    for (const table of ['claim', 'redemption_transition', 'shipment']) {
      const statement = { text: `DELETE FROM redemption.${table}`, values: [] };
      await expect(client.inTenant((tx) => tx.execute(statement))).rejects.toThrow('permission denied');
    }
    const fixed = { text: `UPDATE redemption.reward SET type = 'discount'`, values: [] };
    await expect(client.inTenant((tx) => tx.execute(fixed))).rejects.toThrow('permission denied');
  });
});
