import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from '#libs/persistence';
import { aCreatorId } from '#libs/testing';
import type { CreatorId } from '#libs/kernel';
import { verifyStatement } from '../../../packages/laurel-verify/src/verify.mjs';
import {
  ClientWorld,
  openBoostWorld,
  received,
  redemptionClaimed,
  type BoostWorld,
  type ClaimFixture,
} from './boost-world.ts';
import { openStatements, type StatementWorld } from './statement-world.ts';

const STATUS_CHANGED = 'laurel.boost.status-changed.v1';
const ALERT = 'laurel.alert.raised.v1';

let world: BoostWorld;
let statements: StatementWorld;
let client: ClientWorld;
let creatorId: CreatorId;

beforeAll(async () => {
  world = await openBoostWorld();
  statements = openStatements(world.database);
});
afterAll(() => world.testDatabase.drop());
beforeEach(() => {
  client = new ClientWorld(world);
  creatorId = aCreatorId();
});

const gmv = (minor: bigint) => new Map([[creatorId, minor]]);

/** The event of a claim, handed over as it may come: alone or in one batch. @returns the redemptions */
async function claim(...claims: Omit<ClaimFixture, 'creatorId'>[]): Promise<string[]> {
  const events = claims.map((fixture) => received(redemptionClaimed(client.clientId, { ...fixture, creatorId })));
  await client.inLane(creatorId, (tx) => world.scheduleBoosts.execute(events, tx));
  return events.map(({ data }) => data.redemptionId);
}

async function stateOf(redemptionId: string | undefined): Promise<string | undefined> {
  const boost = await world.database.inTenant(client.clientId, (tx) => world.boosts.find(`${redemptionId}`, tx));
  return boost?.status;
}

async function waitingAlerts(): Promise<unknown[]> {
  const alerts = (await client.announced(ALERT)).map(({ data }) => data);
  return alerts.filter(({ kind }) => kind === 'claim_waits_for_slot').map(({ facts }) => facts);
}

describe('a claim that comes while the creator’s slot is taken here', () => {
  it('waits, is told, and becomes a boost in the step that frees the slot', async () => {
    const [first, second] = await claim(
      { scheduledDate: '2026-01-06', durationDays: 7 },
      { scheduledDate: '2026-01-16', durationDays: 7 },
    );
    expect([await stateOf(first), await stateOf(second)]).toEqual(['scheduled', undefined]);
    expect(await waitingAlerts()).toEqual([{ redemptionId: second, scheduledDate: '2026-01-16' }]);
    await client.feedAndApply('2026-01-06', gmv(1_000n));
    expect([await stateOf(first), await stateOf(second)]).toEqual(['active', undefined]);
    await client.feedAndApply('2026-01-13', gmv(11_000n));
    expect([await stateOf(first), await stateOf(second)]).toEqual(['pending_info', 'scheduled']);
    await client.feedAndApply('2026-01-17', gmv(12_000n));
    await client.feedAndApply('2026-01-24', gmv(32_000n));
    expect(await client.boost(`${second}`)).toMatchObject({ status: 'pending_info', expiry: { deltaMinor: 20_000n } });
    expect(await client.history(await client.boost(`${second}`))).toHaveLength(4);
  });

  it('is not paid for what was sold under the other boost, though its own date lies in there', async () => {
    const [first, second] = await claim(
      { scheduledDate: '2026-01-06', durationDays: 7 },
      { scheduledDate: '2026-01-08', durationDays: 7 },
    );
    await client.feedAndApply('2026-01-06', gmv(1_000n));
    await client.feedAndApply('2026-01-08', gmv(5_000n));
    await client.feedAndApply('2026-01-13', gmv(11_000n));
    await client.feedAndApply('2026-01-15', gmv(12_000n));
    await client.feedAndApply('2026-01-20', gmv(14_000n));
    expect(await client.boost(`${first}`)).toMatchObject({ expiry: { deltaMinor: 10_000n } });
    expect(await client.boost(`${second}`)).toMatchObject({
      activation: { reading: { sync: { sequence: 3 }, gmvMinor: 11_000n }, expiryDate: '2026-01-20' },
      expiry: { reading: { sync: { sequence: 5 } }, deltaMinor: 3_000n },
    });
    const file = await statements.file(await client.boost(`${second}`), client.clientId);
    expect(verifyStatement(file).findings).toEqual([]);
    const { id: boostId } = await client.boost(`${first}`);
    expect(JSON.parse(file)).toMatchObject({ statement: { activation: { waitedFor: { boostId } } } });
    const ofFirst = await statements.document(await client.boost(`${first}`), client.clientId);
    expect(ofFirst.activation).not.toHaveProperty('waitedFor');
  });

  it('keeps nobody else’s waiting, and waits in its turn', async () => {
    const other = aCreatorId();
    const [, second, third] = await claim(
      { scheduledDate: '2026-01-06', durationDays: 7 },
      { scheduledDate: '2026-01-14', durationDays: 7 },
      { scheduledDate: '2026-01-15', durationDays: 7 },
    );
    const free = await client.claim({ creatorId: other, scheduledDate: '2026-01-06' });
    expect(free.status).toBe('scheduled');
    const [fourth] = await claim({ scheduledDate: '2026-01-16', durationDays: 7 });
    const seen: (string | undefined)[][] = [];
    for (const date of [
      '2026-01-06',
      '2026-01-13',
      '2026-01-20',
      '2026-01-27',
      '2026-02-03',
      '2026-02-10',
      '2026-02-17',
    ]) {
      await client.feedAndApply(date);
      seen.push([await stateOf(second), await stateOf(third), await stateOf(fourth)]);
    }
    expect(seen).toEqual([
      [undefined, undefined, undefined],
      ['scheduled', undefined, undefined],
      ['active', undefined, undefined],
      ['pending_info', 'active', undefined],
      ['pending_info', 'pending_info', 'active'],
      ['pending_info', 'pending_info', 'pending_info'],
      ['pending_info', 'pending_info', 'pending_info'],
    ]);
  });

  it('that comes twice, waiting or no longer, is one boost', async () => {
    const again = { redemptionId: randomUUID(), scheduledDate: '2026-01-14', durationDays: 7 };
    await claim({ scheduledDate: '2026-01-06', durationDays: 7 }, again, again);
    await claim(again);
    await client.feedAndApply('2026-01-06');
    await client.feedAndApply('2026-01-13');
    await claim(again);
    expect(await waitingAlerts()).toHaveLength(1);
    const begun = (await client.announced(STATUS_CHANGED)).filter(({ version }) => version === 1);
    expect(begun.map(({ data }) => data['redemptionId'])).toContain(again.redemptionId);
    expect(begun).toHaveLength(2);
    const { waiting } = await world.database.inTenant(client.clientId, (tx) =>
      tx.one<{ waiting: number }>(
        sql`SELECT count(*)::int AS waiting FROM commission_boost.waiting_claim WHERE taken_up_at IS NULL`,
      ),
    );
    expect(waiting).toBe(0);
  });

  it('all of a creator’s claims told again to a service that has lost its boosts end at the same readings', async () => {
    for (const [date, lifetime] of [
      ['2026-01-06', 1_000n],
      ['2026-01-13', 4_000n],
      ['2026-01-20', 4_500n],
      ['2026-01-27', 9_000n],
    ] as const) {
      await client.feedAndApply(date, gmv(lifetime));
    }
    const [first, second] = await claim(
      { scheduledDate: '2026-01-05', durationDays: 7 },
      { scheduledDate: '2026-01-14', durationDays: 7 },
    );
    expect(await world.moveDueBoosts.execute(client.clientId)).toBe(4);
    expect(await client.boost(`${first}`)).toMatchObject({ expiry: { deltaMinor: 3_000n } });
    expect(await client.boost(`${second}`)).toMatchObject({
      activation: { reading: { sync: { sequence: 3 } } },
      expiry: { deltaMinor: 4_500n },
    });
  });
});
