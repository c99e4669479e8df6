import { randomUUID } from 'node:crypto';
import type { ClientId } from '#libs/kernel';
import { sql, trustedSql, type Database } from '#libs/persistence';
import { readConfig } from '#libs/service-kit';
import {
  aClientId,
  aCreatorId,
  aCreator,
  clientCreated,
  consumerCase,
  describeEveryConsumer,
  erasureAdvanced,
  programmeDateAdvanced,
  salesRecorded,
  syncCompleted,
  type ConformanceEnvironment,
  type ConformanceWorld,
} from '#libs/testing';
import { FIELDS } from '../src/config.ts';
import { ApplyCreatorSalesConsumer } from '../src/consumers/apply-creator-sales.consumer.ts';
import { FollowErasuresConsumer } from '../src/consumers/follow-erasures.consumer.ts';
import { FollowProgrammeDateConsumer } from '../src/consumers/follow-programme-date.consumer.ts';
import { RecordCompletedSyncConsumer } from '../src/consumers/record-completed-sync.consumer.ts';
import { RegisterClientConsumer } from '../src/consumers/register-client.consumer.ts';
import { RegisterCreatorConsumer } from '../src/consumers/register-creator.consumer.ts';
import { TierEvaluationModule } from '../src/tier-evaluation.module.ts';
import { LedgerMonthRepository } from '../src/persistence/ledger-month.repository.ts';
import { PublishProgram } from '../src/use-cases/publish-program.ts';
import { aProgram, day } from './creator-history.ts';

const clientId: ClientId = aClientId();
const [creatorId, otherId] = [aCreatorId(), aCreatorId()];
const [first, second] = [randomUUID(), randomUUID()];

function moduleOf(environment: ConformanceEnvironment) {
  const config = readConfig(FIELDS, {
    DATABASE_URL: environment.databaseUrl,
    KAFKA_BROKERS: environment.brokers,
    LAUREL_JWKS: '/nowhere',
    LAUREL_JWT_ISSUER: 'nobody',
    LOG_LEVEL: 'fatal',
  });
  return TierEvaluationModule.forRoot({ ...config, topicPrefix: environment.topicPrefix, roles: environment.roles });
}

async function withProgram(world: ConformanceWorld): Promise<void> {
  await world.app.get(LedgerMonthRepository).ensure(syncs.map(({ businessDate }) => day(businessDate)));
  await world.database.inTenant(clientId, (tx) => world.app.get(PublishProgram).execute(aProgram(), undefined, tx));
}

/** Rows of a table, without the times at which they were written. */
function rowsOf(...tables: readonly string[]) {
  return async (database: Database): Promise<object> => {
    const snapshot: Record<string, object[]> = {};
    for (const table of tables) {
      const rows = await database.inTenant(clientId, (tx) =>
        tx.many<{ row: object }>(sql`
          SELECT to_jsonb(t) - '{decided_at,created_at,moved_at,changed_at}'::text[] AS row
          FROM tier_evaluation.${trustedSql(table)} t ORDER BY t::text`),
      );
      snapshot[table] = rows.map(({ row }) => row);
    }
    return snapshot;
  };
}

const decided = rowsOf('standing', 'day_entry', 'decision');
const syncs = [
  { syncId: first, syncSequence: 1, businessDate: '2025-01-15', previousBusinessDate: null },
  { syncId: second, syncSequence: 2, businessDate: '2025-05-20', previousBusinessDate: '2025-01-15' },
] as const;

describeEveryConsumer({
  service: 'tier-evaluation',
  module: moduleOf,
  cases: [
    consumerCase({
      consumer: FollowErasuresConsumer,
      events: [
        erasureAdvanced({ clientId, creatorId, erasureId: first }),
        erasureAdvanced({ clientId, creatorId, erasureId: first, status: 'erasing', forced: true }),
        erasureAdvanced({ clientId, creatorId: otherId, erasureId: second }),
        erasureAdvanced({ clientId, creatorId: otherId, erasureId: second, status: 'refused' }),
      ],
      snapshot: rowsOf('creator_erasure'),
    }),
    consumerCase({
      consumer: RegisterClientConsumer,
      events: [clientCreated({ clientId })],
      snapshot: rowsOf('tenant'),
    }),
    consumerCase({
      consumer: RegisterCreatorConsumer,
      events: [
        aCreator({ clientId, creatorId, onboardedOn: '2025-01-15' }).onboarded,
        aCreator({ clientId, creatorId: otherId, onboardedOn: '2025-01-16' }).onboarded,
      ],
      snapshot: rowsOf('standing'),
    }),
    consumerCase({
      consumer: ApplyCreatorSalesConsumer,
      given: withProgram,
      events: [
        salesRecorded({ clientId, creatorId, version: 1, ...syncs[0], differences: [{ units: '2000' }] }),
        salesRecorded({ clientId, creatorId: otherId, version: 1, ...syncs[0], differences: [{ units: '999' }] }),
        salesRecorded({ clientId, creatorId, version: 2, ...syncs[1], differences: [{ units: '1200' }] }),
      ],
      snapshot: async (database, world) => ({ ...(await decided(database)), appended: await world.appended() }),
    }),
    consumerCase({
      consumer: RecordCompletedSyncConsumer,
      events: syncs.map((sync) => syncCompleted({ clientId, ...sync })),
      snapshot: rowsOf('completed_sync', 'watermark'),
    }),
    consumerCase({
      consumer: FollowProgrammeDateConsumer,
      events: [
        programmeDateAdvanced({ clientId, version: 1, programmeDate: '2025-01-15', syncId: first, syncSequence: 1 }),
        programmeDateAdvanced({ clientId, version: 2, programmeDate: '2025-05-20', syncId: second, syncSequence: 2 }),
      ],
      snapshot: rowsOf('programme_date'),
    }),
  ],
});
