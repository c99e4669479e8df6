import { AdjustmentRecordedV1, newEvent, SyncAppliedV1, type NewEvent } from '#libs/contracts';
import { asId, type CreatorId, type SyncId } from '#libs/kernel';
import { sql, type Database, type Statement } from '#libs/persistence';
import {
  aProgram,
  consumerCase,
  describeEveryConsumer,
  erasureAnswered,
  programPublished,
  tierChanged,
} from '#libs/testing';
import { ASKED_SERVICES } from '../src/domain/erasure/erasure.ts';
import { CollectErasureAnswers } from '../src/consumers/collect-erasure-answers.consumer.ts';
import { CopyAdjustment } from '../src/consumers/copy-adjustment.consumer.ts';
import { CopyProgram } from '../src/consumers/copy-program.consumer.ts';
import { CopyTier } from '../src/consumers/copy-tier.consumer.ts';
import { MarkSyncApplied } from '../src/consumers/mark-sync-applied.consumer.ts';
import { ingestionModule } from './ingestion-world.ts';

const clientId = asId<never>('0199aaaa-0000-7000-8000-000000000001');
const ana = asId<CreatorId>('0199aaaa-0000-7000-8000-00000000000a');
const bob = asId<CreatorId>('0199aaaa-0000-7000-8000-00000000000b');
const syncs = [1, 2].map((sequence) => ({
  sequence,
  syncId: asId<SyncId>(`0199aaaa-0000-7000-8000-0000000001${sequence}0`),
  businessDate: `2026-01-0${sequence}`,
}));

const erasureId = '0199aaaa-0000-7000-8000-000000000e00';

const shown = (database: Database, select: Statement) => database.inTenant(clientId, (tx) => tx.many(select));

async function makeCreators(database: Database): Promise<void> {
  await database.inTenant(clientId, (tx) =>
    tx.execute(sql`
      INSERT INTO ingestion.creator
        (client_id, creator_id, handle, gmv_minor, units, sales_version, onboarded_on, first_video_on)
      SELECT ${clientId}, id, 'h' || position, 0, 0, 0, '2026-01-01', '2026-01-01'
      FROM unnest(${[ana, bob]}::uuid[]) WITH ORDINALITY AS made (id, position)`),
  );
}

async function makeSyncs(database: Database): Promise<void> {
  await database.inTenant(clientId, async (tx) => {
    await tx.execute(sql`INSERT INTO ingestion.tenant (client_id) VALUES (${clientId})`);
    for (const { sequence, syncId, businessDate } of syncs) {
      await tx.execute(sql`
        INSERT INTO ingestion.sync (client_id, sync_id, business_date, status, dry_run, currency, sequence)
        VALUES (${clientId}, ${syncId}, ${businessDate}, 'published', false, 'USD', ${sequence})`);
    }
  });
}

function adjusted(creatorId: CreatorId, version: number, value: string): NewEvent<typeof AdjustmentRecordedV1> {
  return newEvent(AdjustmentRecordedV1, {
    clientId,
    aggregateId: creatorId,
    subject: creatorId,
    aggregateVersion: version,
    data: {
      adjustmentId: asId(`0199aaaa-0000-7000-8000-0000000002${version}0`),
      kind: 'correction',
      effectiveDate: '2026-01-02',
      value,
      programVersion: 1,
    },
  });
}

function applied(sync: (typeof syncs)[number], service: 'tier-evaluation' | 'commission-boost') {
  return newEvent(SyncAppliedV1, {
    clientId,
    aggregateId: clientId,
    subject: `${sync.syncId}:${service}`,
    aggregateVersion: 1,
    data: { syncId: sync.syncId, syncSequence: sync.sequence, businessDate: sync.businessDate, service },
  });
}

async function makeErasure(database: Database): Promise<void> {
  await makeCreators(database);
  await database.inTenant(clientId, (tx) =>
    tx.execute(sql`
      INSERT INTO ingestion.erasure (client_id, id, creator_id, forced, requested_by, requested_at)
      VALUES (${clientId}, ${erasureId}, ${ana}, false, 'an admin', now())`),
  );
}

describeEveryConsumer({
  service: 'ingestion',
  module: ({ databaseUrl, brokers }) => ingestionModule({ databaseUrl, brokers }),
  cases: [
    consumerCase({
      consumer: CollectErasureAnswers,
      given: (world) => makeErasure(world.database),
      events: (['checked', 'erased'] as const).flatMap((stage) =>
        ASKED_SERVICES.map((service) => erasureAnswered({ clientId, creatorId: ana, erasureId, service, stage })),
      ),
      snapshot: async (database, world) => [
        await shown(database, sql`SELECT status FROM ingestion.erasure`),
        await shown(database, sql`SELECT service, stage FROM ingestion.erasure_answer ORDER BY 1, 2`),
        await world.appended(),
      ],
    }),
    consumerCase({
      consumer: CopyProgram,
      events: [1, 2].map((version) => programPublished(clientId, aProgram({ version }))),
      snapshot: (database) => shown(database, sql`SELECT version, currency, timezone, metric FROM ingestion.program`),
    }),
    consumerCase({
      consumer: CopyTier,
      given: (world) => makeCreators(world.database),
      events: [
        tierChanged({ clientId, creatorId: ana, tierAfter: 2, tierVersion: 1 }),
        tierChanged({ clientId, creatorId: ana, tierAfter: 4, tierVersion: 2 }),
        tierChanged({ clientId, creatorId: bob, tierAfter: 3, tierVersion: 1 }),
      ],
      snapshot: (database) => shown(database, sql`SELECT handle, tier, tier_version FROM ingestion.creator ORDER BY 1`),
    }),
    consumerCase({
      consumer: CopyAdjustment,
      events: [adjusted(ana, 1, '100'), adjusted(ana, 2, '-30'), adjusted(bob, 1, '5')],
      snapshot: (database) =>
        shown(
          database,
          sql`SELECT creator_id, effective_date::text, value FROM ingestion.adjustment_day ORDER BY creator_id`,
        ),
    }),
    consumerCase({
      consumer: MarkSyncApplied,
      given: (world) => makeSyncs(world.database),
      events: syncs.flatMap((sync) => [applied(sync, 'tier-evaluation'), applied(sync, 'commission-boost')]),
      snapshot: async (database) => [
        await shown(database, sql`SELECT sequence, status FROM ingestion.sync ORDER BY sequence`),
        await shown(database, sql`SELECT programme_date::text, version FROM ingestion.programme_date`),
      ],
    }),
  ],
});
