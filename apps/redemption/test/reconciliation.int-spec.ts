import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { CLOCK, systemClock, type CreatorId, type RedemptionId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { ListFindings, Metrics, Reconciliation, reconciliationProviders } from '#libs/service-kit';
import { Test, type TestingModule } from '@nestjs/testing';
import pg from 'pg';
import type { BoostStatus } from '../src/domain/redemption/boost-steps.ts';
import { BoostStateRepository } from '../src/persistence/boost-state.repository.ts';
import { ClientRepository } from '../src/persistence/client.repository.ts';
import { CompareBoostStates } from '../src/use-cases/compare-boost-states.ts';
import { FollowBoosts } from '../src/use-cases/follow-boosts.ts';
import { BOOST, openRedemptionWorld, type ClientWorld, type RedemptionWorld } from './redemption-world.ts';

let world: RedemptionWorld;
let module: TestingModule;
let admin: pg.Client;

beforeAll(async () => {
  world = await openRedemptionWorld();
  module = await Test.createTestingModule({
    providers: [
      ...reconciliationProviders({ service: 'redemption', hour: 3, comparisons: [CompareBoostStates] }),
      ...[BoostStateRepository, ClientRepository],
      { provide: Database, useValue: world.database },
      { provide: Metrics, useValue: new Metrics('redemption') },
      { provide: CLOCK, useValue: systemClock },
    ],
  }).compile();
  admin = new pg.Client({ connectionString: world.testDatabase.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await world.testDatabase.drop();
});

async function found(client: ClientWorld): Promise<string[]> {
  const { clientId } = client;
  const reconciliation = module.get(Reconciliation);
  await reconciliation.begin(clientId, { askedBy: 'a test' });
  if (!(await reconciliation.driveToEnd(clientId, Infinity))) throw new Error('the run has not come to its end');
  const open = { clientId, status: 'open', kind: undefined, after: undefined, fetch: 1_000 } as const;
  const findings = await module.get(ListFindings).execute(open);
  return findings.map(({ kind, expected, found: there }) => `${kind}: ${expected} / ${there}`).toSorted();
}

interface Claimed {
  readonly client: ClientWorld;
  readonly creatorId: CreatorId;
  readonly redemptionId: RedemptionId;
}

/** A boost claimed for the day after tomorrow, of which nothing was heard. */
async function claimed(): Promise<Claimed> {
  const client = await world.client();
  const reward = await client.enabled(BOOST);
  const [creatorId] = (await client.onboard(1)) as [CreatorId];
  await client.moveTo([creatorId, reward.tier ?? 1]);
  const row = await client.openRow({ creatorId, rewardId: reward.id });
  await client.claim(row, { date: '2026-03-27' });
  return { client, creatorId, redemptionId: row.id };
}

const hear = ({ client, creatorId, redemptionId }: Claimed, ...words: BoostStatus[]) =>
  client.inLanes([creatorId], async (tx) => {
    for (const status of words) await world.get(FollowBoosts).execute([{ redemptionId, status }], tx);
  });

async function byForce(statement: string, { client, redemptionId }: Claimed): Promise<void> {
  await admin.query('BEGIN');
  await admin.query('SET LOCAL session_replication_role = replica');
  const { rowCount } = await admin.query(statement, [client.clientId, redemptionId]);
  await admin.query('COMMIT');
  expect(rowCount).toBe(1);
}

describe('a run over claimed boosts', () => {
  it.each([
    [[]],
    [['scheduled']],
    [['active']],
    [['expired', 'pending_info']],
    [['pending_payout']],
    [['paid']],
    [['paid', 'active']],
  ] as BoostStatus[][][])('finds nothing wrong after %j', async (words) => {
    const claim = await claimed();
    await hear(claim, ...words);
    expect(await found(claim.client)).toEqual([]);
  });

  it('reports a claim whose day is past and of whose boost nothing was heard', async () => {
    const claim = await claimed();
    await claim.client.today('2026-03-26');
    expect(await found(claim.client)).toEqual([]);
    await claim.client.today('2026-03-27');
    expect(await found(claim.client)).toEqual(['boost_unheard_of: a boost since 2026-03-27 / none']);
    await hear(claim, 'active');
    expect(await found(claim.client)).toEqual([]);
  });

  it.each([
    [
      'paid',
      `UPDATE redemption.redemption SET status = 'claimed' WHERE client_id = $1 AND id = $2`,
      'boost_state: concluded, as the boost is paid / claimed',
    ],
    [
      'pending_info',
      `UPDATE redemption.redemption SET status = 'concluded' WHERE client_id = $1 AND id = $2`,
      'boost_state: claimed, as the boost is pending_info / concluded',
    ],
    [
      'pending_payout',
      `UPDATE redemption.boost_state SET status = 'paid' WHERE client_id = $1 AND redemption_id = $2`,
      'boost_state: concluded, as the boost is paid / fulfilled',
    ],
    [
      'active',
      'DELETE FROM redemption.claim_slot WHERE client_id = $1 AND redemption_id = $2',
      'boost_slot: the creator’s slot taken, as the boost is active / free',
    ],
    [
      'active',
      `UPDATE redemption.boost_state SET status = 'expired' WHERE client_id = $1 AND redemption_id = $2`,
      'boost_slot: the creator’s slot free, as the boost is expired / taken',
    ],
  ] as const)('reports, of one that is %s, %s', async (status, statement, finding) => {
    const claim = await claimed();
    await hear(claim, status);
    await byForce(statement, claim);
    expect(await found(claim.client)).toEqual([finding]);
  });

  it('reports a boost of a redemption that is not there', async () => {
    const claim = await claimed();
    await hear({ ...claim, redemptionId: randomUUID() as RedemptionId }, 'expired');
    expect(await found(claim.client)).toEqual(['boost_state: claimed, as the boost is expired / none']);
  });
});
