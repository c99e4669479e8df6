import { randomBytes, randomUUID } from 'node:crypto';
import { newEvent, SealBrokenV1, type NewEvent, type RedemptionClaimedV1 } from '#libs/contracts';
import { sql, trustedSql, type Database } from '#libs/persistence';
import { readConfig } from '#libs/service-kit';
import {
  aClientId,
  aCreatorId,
  clientCreated,
  consumerCase,
  describeEveryConsumer,
  erasureAdvanced,
  erasureAnswered,
  programmeDateAdvanced,
  salesRecorded,
  syncCompleted,
  type ConformanceEnvironment,
  type ConformanceWorld,
} from '#libs/testing';
import { CommissionBoostModule } from '../src/commission-boost.module.ts';
import { FIELDS } from '../src/config.ts';
import { AlertOnBrokenAddressConsumer } from '../src/consumers/alert-on-broken-address.consumer.ts';
import { FollowErasuresConsumer } from '../src/consumers/follow-erasures.consumer.ts';
import { FollowProgrammeDateConsumer } from '../src/consumers/follow-programme-date.consumer.ts';
import { NoteClaimedBoostsConsumer } from '../src/consumers/note-claimed-boosts.consumer.ts';
import { RecordCompletedSyncConsumer } from '../src/consumers/record-completed-sync.consumer.ts';
import { RecordCreatorSalesConsumer } from '../src/consumers/record-creator-sales.consumer.ts';
import { RegisterClientConsumer } from '../src/consumers/register-client.consumer.ts';
import { ScheduleBoostConsumer } from '../src/consumers/schedule-boost.consumer.ts';
import { redemptionClaimed } from './boost-world.ts';

const clientId = aClientId();
const [creatorId, otherId] = [aCreatorId(), aCreatorId()];
const syncs = [
  { syncId: randomUUID(), syncSequence: 1, businessDate: '2026-01-06', previousBusinessDate: null },
  { syncId: randomUUID(), syncSequence: 2, businessDate: '2026-01-13', previousBusinessDate: '2026-01-06' },
] as const;

function moduleOf(environment: ConformanceEnvironment) {
  const config = readConfig(FIELDS, {
    DATABASE_URL: environment.databaseUrl,
    KAFKA_BROKERS: environment.brokers,
    LAUREL_JWKS: 'https://keys.example.com/jwks.json',
    LAUREL_JWT_ISSUER: 'laurel-test',
    LAUREL_MASTER_KEYS: `test:${randomBytes(32).toString('base64')}`,
    LOG_LEVEL: 'fatal',
  });
  return CommissionBoostModule.forRoot({ ...config, topicPrefix: environment.topicPrefix, roles: environment.roles });
}

/** Rows of tables, without generated ids and the times at which they were written. */
function rowsOf(...tables: readonly string[]) {
  return async (database: Database): Promise<Record<string, unknown>> => {
    const snapshot: Record<string, unknown> = {};
    for (const table of tables) {
      const rows = await database.inTenant(clientId, (tx) =>
        tx.many<{ row: object }>(sql`
          SELECT to_jsonb(t) - '{id,boost_id,changed_at,occurred_at,created_at,moved_at,raised_at}'::text[] AS row
          FROM commission_boost.${trustedSql(table)} t ORDER BY 1`),
      );
      snapshot[table] = rows.map(({ row }) => row);
    }
    return snapshot;
  };
}

const boosts = rowsOf('boost', 'boost_transition');

/** The subject of a boost's events is a generated id. */
async function announced(world: ConformanceWorld): Promise<string[]> {
  return (await world.appended()).map((event) => event.replace(/ \S+ /, ' of a boost '));
}

function giftClaimed(): NewEvent<typeof RedemptionClaimedV1> {
  const claimed = redemptionClaimed(clientId, { creatorId, scheduledDate: '2026-01-06' });
  return { ...claimed, data: { ...claimed.data, type: 'gift_card', boost: null } };
}

function sealBroken(of: string, redemptionId: string | null): NewEvent<typeof SealBrokenV1> {
  const field = redemptionId === null ? 'data_key' : 'gift_address.sealed_order';
  return newEvent(SealBrokenV1, {
    ...{ clientId, aggregateId: of, subject: randomUUID(), aggregateVersion: 1 },
    data: { creatorId: of, redemptionId, field },
  });
}

describeEveryConsumer({
  service: 'commission-boost',
  module: moduleOf,
  cases: [
    consumerCase({
      consumer: FollowErasuresConsumer,
      events: [
        erasureAdvanced({ clientId, creatorId, erasureId: syncs[0].syncId }),
        erasureAdvanced({ clientId, creatorId, erasureId: syncs[0].syncId, status: 'refused' }),
        erasureAdvanced({ clientId, creatorId: otherId, erasureId: syncs[1].syncId, forced: true }),
      ],
      snapshot: rowsOf('creator_erasure'),
    }),
    consumerCase({
      consumer: NoteClaimedBoostsConsumer,
      events: [
        erasureAnswered({ clientId, creatorId, erasureId: syncs[0].syncId, claimedBoosts: [syncs[1].syncId] }),
        erasureAnswered({ clientId, creatorId, erasureId: syncs[1].syncId, service: 'tier-evaluation' }),
      ],
      snapshot: rowsOf('erasure_claim'),
    }),
    consumerCase({
      consumer: RegisterClientConsumer,
      events: [clientCreated({ clientId })],
      snapshot: rowsOf('tenant'),
    }),
    consumerCase({
      consumer: RecordCreatorSalesConsumer,
      events: [
        salesRecorded({ clientId, creatorId, version: 1, ...syncs[0], lifetimeGmvMinor: '10000' }),
        salesRecorded({ clientId, creatorId: otherId, version: 1, ...syncs[0], lifetimeGmvMinor: '10000' }),
        salesRecorded({
          clientId,
          creatorId,
          version: 2,
          ...syncs[1],
          lifetimeGmvMinor: '9500',
          differences: [{ gmvMinor: '1500' }, { gmvMinor: '-2000', postDate: '2026-01-05' }],
        }),
      ],
      snapshot: rowsOf('creator_gmv'),
    }),
    consumerCase({
      consumer: RecordCompletedSyncConsumer,
      events: syncs.map((sync) => syncCompleted({ clientId, ...sync })),
      snapshot: rowsOf('completed_sync', 'watermark'),
    }),
    consumerCase({
      consumer: ScheduleBoostConsumer,
      events: [
        redemptionClaimed(clientId, { creatorId, scheduledDate: '2026-01-06' }),
        redemptionClaimed(clientId, { creatorId: otherId, scheduledDate: '2026-01-10', rateBps: 750 }),
        giftClaimed(),
      ],
      snapshot: async (database, world) => ({ ...(await boosts(database)), announced: await announced(world) }),
    }),
    consumerCase({
      consumer: AlertOnBrokenAddressConsumer,
      events: [
        sealBroken(creatorId, syncs[0].syncId),
        sealBroken(creatorId, syncs[0].syncId),
        sealBroken(creatorId, null),
        sealBroken(otherId, syncs[1].syncId),
      ],
      snapshot: rowsOf('alert'),
    }),
    consumerCase({
      consumer: FollowProgrammeDateConsumer,
      events: syncs.map(({ syncId, syncSequence, businessDate }) =>
        programmeDateAdvanced({ clientId, version: syncSequence, programmeDate: businessDate, syncId, syncSequence }),
      ),
      snapshot: rowsOf('programme_date'),
    }),
  ],
});
