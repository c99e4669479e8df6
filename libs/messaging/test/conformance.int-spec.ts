import { CreatorSalesRecordedV1, newEvent, SyncAppliedV1, TierChangedV1 } from '#libs/contracts';
import { Consumes, type EventBatch, type EventConsumer } from '#libs/messaging';
import { sql, type Database, type TenantTransaction } from '#libs/persistence';
import {
  consumerCase,
  describeConsumer,
  describeEveryConsumer,
  tierChanged,
  type ConformanceWorld,
} from '#libs/testing';
import { createEffects, recordEffects } from './effects.ts';
import { messagingAppModule } from './messaging-app.ts';
import { salesOf, someIds } from './sales-events.ts';

const [CLIENT = '', CREATOR = '', OTHER = ''] = someIds(3);
const SYNCS = someIds(3);

@Consumes(CreatorSalesRecordedV1, { name: 'redemption.book' })
class Book implements EventConsumer<typeof CreatorSalesRecordedV1> {
  handle(batch: EventBatch<typeof CreatorSalesRecordedV1>, tx: TenantTransaction): Promise<void> {
    return recordEffects(tx, 'redemption.book', batch);
  }
}

@Consumes(TierChangedV1, { name: 'redemption.follow-tier' })
class FollowTier implements EventConsumer<typeof TierChangedV1> {
  handle(batch: EventBatch<typeof TierChangedV1>, tx: TenantTransaction): Promise<void> {
    return recordEffects(tx, 'redemption.follow-tier', batch);
  }
}

@Consumes(SyncAppliedV1, { name: 'redemption.note-sync' })
class NoteSync implements EventConsumer<typeof SyncAppliedV1> {
  handle(batch: EventBatch<typeof SyncAppliedV1>, tx: TenantTransaction): Promise<void> {
    return recordEffects(tx, 'redemption.note-sync', batch);
  }
}

/** Every effect counts, its order within an aggregate too; only the order among aggregates is free. */
async function effects(database: Database): Promise<unknown> {
  return database.inTransaction((tx) =>
    tx.many(sql`
      SELECT consumer, aggregate_id, subject,
             CASE WHEN consumer = 'redemption.note-sync' THEN array_agg(version ORDER BY version)
                  ELSE array_agg(version ORDER BY id) END AS versions
      FROM redemption.effect GROUP BY consumer, aggregate_id, subject ORDER BY 1, 2, 3`),
  );
}

const given = (world: ConformanceWorld) => createEffects(world.testDatabase);

describeEveryConsumer({
  service: 'redemption',
  module: (environment) => messagingAppModule({ ...environment, consumers: [Book, FollowTier] }),
  cases: [
    consumerCase({ consumer: Book, given, snapshot: effects, events: salesOf(CLIENT, [CREATOR, OTHER], [1, 2, 3]) }),
    consumerCase({
      consumer: FollowTier,
      given,
      snapshot: effects,
      events: [1, 2, 3].map((tierVersion) => tierChanged({ clientId: CLIENT, creatorId: CREATOR, tierVersion })),
    }),
  ],
});

describeConsumer({
  service: 'redemption',
  module: (environment) => messagingAppModule({ ...environment, consumers: [NoteSync] }),
  consumer: NoteSync,
  given,
  snapshot: effects,
  events: SYNCS.map((syncId, index) =>
    newEvent(SyncAppliedV1, {
      clientId: CLIENT,
      aggregateId: CLIENT,
      subject: `${syncId}:tier-evaluation`,
      aggregateVersion: 1,
      data: { syncId, syncSequence: index + 1, businessDate: '2025-01-06', service: 'tier-evaluation' },
    }),
  ),
});
