import { randomUUID } from 'node:crypto';
import { BoostStatusChangedV1, newEvent, type NewEvent } from '#libs/contracts';
import { sql, type Database, type Statement, type TenantTransaction } from '#libs/persistence';
import { readConfig } from '#libs/service-kit';
import {
  aClientId,
  aCreator,
  aCreatorId,
  aProgram,
  clientCreated,
  consumerCase,
  describeEveryConsumer,
  erasureAdvanced,
  missionGrantChanged,
  programmeDateAdvanced,
  programPublished,
  syncApplied,
  tierChanged,
  type ConformanceEnvironment,
  type ConformanceWorld,
} from '#libs/testing';
import { FIELDS } from '../src/config.ts';
import { ApplyMissionGrantsConsumer } from '../src/consumers/apply-mission-grants.consumer.ts';
import { ApplyTierChangesConsumer } from '../src/consumers/apply-tier-changes.consumer.ts';
import { ExpectProgrammeDateConsumer } from '../src/consumers/expect-programme-date.consumer.ts';
import { FollowBoostsConsumer } from '../src/consumers/follow-boosts.consumer.ts';
import { FollowErasuresConsumer } from '../src/consumers/follow-erasures.consumer.ts';
import { FollowProgramConsumer } from '../src/consumers/follow-program.consumer.ts';
import { FollowProgrammeDateConsumer } from '../src/consumers/follow-programme-date.consumer.ts';
import { RegisterClientConsumer } from '../src/consumers/register-client.consumer.ts';
import { RegisterCreatorConsumer } from '../src/consumers/register-creator.consumer.ts';
import type { BoostStatus } from '../src/domain/redemption/boost-steps.ts';
import { ClientPartitionsReconciler } from '../src/reconcilers/client-partitions.reconciler.ts';
import { RedemptionModule } from '../src/redemption.module.ts';

const clientId = aClientId();
const creatorId = aCreatorId();
const other = aCreatorId();
const redemptionId = randomUUID();
const boostId = randomUUID();
const missionRewardId = randomUUID();
const grants = { lost: randomUUID(), next: randomUUID(), waiting: randomUUID() };
const rewards = [1, 2, 3].map((tier) => ({ tier, id: randomUUID() }));

function moduleOf(environment: ConformanceEnvironment) {
  const config = readConfig(FIELDS, {
    DATABASE_URL: environment.databaseUrl,
    KAFKA_BROKERS: environment.brokers,
    LAUREL_JWKS: 'https://keys.example.com/jwks.json',
    LAUREL_JWT_ISSUER: 'laurel-test',
    LAUREL_MASTER_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
    LOG_LEVEL: 'fatal',
  });
  return RedemptionModule.forRoot({ ...config, ...environment });
}

const inClient = <T>(database: Database, work: (tx: TenantTransaction) => Promise<T>) =>
  database.inTenant(clientId, work);
const read = (database: Database, statement: Statement) => inClient(database, (tx) => tx.many(statement));

/** A client with its partition, and an enabled reward for each tier. */
async function aClientWithRewards(world: ConformanceWorld): Promise<void> {
  await world.feed([clientCreated({ clientId })]);
  await world.app.get(ClientPartitionsReconciler, { strict: false }).runOnce();
  await inClient(world.database, (tx) =>
    tx.execute(sql`
      INSERT INTO redemption.reward (client_id, id, type, name, tier, source, value, frequency, quantity, enabled)
      SELECT ${clientId}, id, 'commission_boost', 'Boost', tier, 'vip_tier',
             '{"rateBps":500,"durationDays":30}', 'monthly', 1, true
      FROM unnest(${rewards.map(({ id }) => id)}::uuid[], ${rewards.map(({ tier }) => tier)}::smallint[]) AS r (id, tier)`),
  );
}

async function aMissionReward(world: ConformanceWorld): Promise<void> {
  await inClient(world.database, (tx) =>
    tx.execute(sql`
      INSERT INTO redemption.reward (client_id, id, type, name, tier, source, value, frequency, quantity, enabled)
      VALUES (${clientId}, ${missionRewardId}, 'experience', 'Studio day', NULL, 'mission',
              '{"displayText":"Studio day"}', 'unlimited', NULL, true)`),
  );
}

async function aClaimedBoost(world: ConformanceWorld): Promise<void> {
  await aClientWithRewards(world);
  await inClient(world.database, async (tx) => {
    await tx.execute(sql`
      INSERT INTO redemption.redemption (client_id, id, reward_id, creator_id, status, tier_at_grant, tier_version_at_grant)
      VALUES (${clientId}, ${redemptionId}, ${rewards[0]?.id}, ${creatorId}, 'claimed', 1, 0)`);
    await tx.execute(sql`
      INSERT INTO redemption.claim_slot (client_id, creator_id, kind, redemption_id, taken_at)
      VALUES (${clientId}, ${creatorId}, 'boost', ${redemptionId}, now())`);
  });
}

/** A step that never came has made no rows, so hidden ones are no part of the end state. */
const standing = (database: Database) =>
  read(
    database,
    sql`SELECT t.creator_id, t.tier, t.tier_version,
               array(SELECT d.reward_id FROM redemption.redemption d
                     WHERE d.creator_id = t.creator_id AND d.status = 'claimable' AND d.hidden_reason IS NULL) AS open
        FROM redemption.creator_tier t ORDER BY t.creator_id`,
  );

function boostMoved(to: BoostStatus, version: number): NewEvent<typeof BoostStatusChangedV1> {
  return newEvent(BoostStatusChangedV1, {
    clientId,
    aggregateId: creatorId,
    subject: boostId,
    aggregateVersion: version,
    data: {
      boostId,
      redemptionId,
      creatorId,
      from: null,
      to,
      occurredAt: '2026-03-25T12:00:00Z',
      activationDate: null,
      expiryDate: null,
      deltaMinor: null,
      calculatedPayoutMinor: null,
      finalPayoutMinor: null,
    },
  });
}

describeEveryConsumer({
  service: 'redemption',
  module: moduleOf,
  cases: [
    consumerCase({
      consumer: FollowErasuresConsumer,
      given: aClaimedBoost,
      events: [
        erasureAdvanced({ clientId, creatorId, erasureId: redemptionId }),
        erasureAdvanced({ clientId, creatorId, erasureId: redemptionId, status: 'erasing', forced: true }),
        erasureAdvanced({ clientId, creatorId: other, erasureId: boostId }),
        erasureAdvanced({ clientId, creatorId: other, erasureId: boostId, status: 'refused' }),
      ],
      snapshot: async (database) => [
        await read(database, sql`SELECT creator_id, stage FROM redemption.creator_erasure ORDER BY creator_id`),
        await read(database, sql`SELECT creator_id, erased FROM redemption.creator_tier ORDER BY creator_id`),
      ],
    }),
    consumerCase({
      consumer: RegisterClientConsumer,
      events: [clientCreated({ clientId })],
      snapshot: (database) => read(database, sql`SELECT client_id FROM redemption.tenant`),
    }),
    consumerCase({
      consumer: FollowProgramConsumer,
      events: [programPublished(clientId), programPublished(clientId, aProgram({ version: 2, clearingDays: 30 }))],
      snapshot: (database) => read(database, sql`SELECT * FROM redemption.program`),
    }),
    consumerCase({
      consumer: FollowProgrammeDateConsumer,
      events: [
        programmeDateAdvanced({ clientId, version: 1, programmeDate: '2026-03-18' }),
        programmeDateAdvanced({ clientId, version: 2, programmeDate: '2026-03-25' }),
      ],
      snapshot: (database) => read(database, sql`SELECT programme_date::text FROM redemption.programme_date`),
    }),
    consumerCase({
      consumer: RegisterCreatorConsumer,
      given: aClientWithRewards,
      events: [aCreator({ clientId, creatorId }).onboarded, aCreator({ clientId, creatorId: other }).onboarded],
      snapshot: standing,
    }),
    consumerCase({
      consumer: ApplyTierChangesConsumer,
      given: async (world) => {
        await aClientWithRewards(world);
        await world.feed([aCreator({ clientId, creatorId }).onboarded]);
      },
      events: [
        tierChanged({ clientId, creatorId, tierBefore: 1, tierAfter: 2, tierVersion: 1 }),
        tierChanged({ clientId, creatorId: other, tierBefore: 1, tierAfter: 3, tierVersion: 1 }),
        tierChanged({ clientId, creatorId, tierBefore: 2, tierAfter: 3, tierVersion: 2 }),
        tierChanged({ clientId, creatorId, tierBefore: 3, tierAfter: 2, tierVersion: 3 }),
      ],
      snapshot: standing,
    }),
    consumerCase({
      consumer: ApplyMissionGrantsConsumer,
      given: async (world) => {
        await aClientWithRewards(world);
        await aMissionReward(world);
      },
      events: [
        missionGrantChanged({ clientId, creatorId, rewardId: missionRewardId, grantId: grants.lost }),
        missionGrantChanged({ clientId, creatorId, rewardId: missionRewardId, grantId: grants.next }),
        missionGrantChanged({ clientId, creatorId, rewardId: missionRewardId, grantId: grants.lost, status: 'lost' }),
        missionGrantChanged({ clientId, creatorId, rewardId: missionRewardId, grantId: grants.waiting }),
      ],
      snapshot: async (database) => [
        await read(
          database,
          sql`SELECT g.id, g.status, d.status AS row FROM redemption.mission_grant g
              LEFT JOIN redemption.redemption d ON d.client_id = g.client_id AND d.id = g.redemption_id ORDER BY g.id`,
        ),
        await read(database, sql`SELECT command, to_status FROM redemption.redemption_transition ORDER BY id`),
        await standing(database),
      ],
    }),
    consumerCase({
      consumer: ExpectProgrammeDateConsumer,
      events: [
        syncApplied({ clientId, businessDate: '2026-03-18' }),
        syncApplied({ clientId, businessDate: '2026-03-25' }),
        syncApplied({ clientId, businessDate: '2026-03-18', service: 'commission-boost' }),
      ],
      snapshot: (database) =>
        read(database, sql`SELECT service, business_date::text FROM redemption.finished_sync ORDER BY service`),
    }),
    consumerCase({
      consumer: FollowBoostsConsumer,
      given: aClaimedBoost,
      events: (['scheduled', 'active', 'expired', 'pending_info', 'pending_payout', 'paid'] as const).map((to, index) =>
        boostMoved(to, index + 1),
      ),
      snapshot: async (database) => [
        await read(database, sql`SELECT id, status FROM redemption.redemption`),
        await read(database, sql`SELECT command, to_status FROM redemption.redemption_transition ORDER BY id`),
        await read(database, sql`SELECT redemption_id FROM redemption.claim_slot`),
      ],
    }),
  ],
});
