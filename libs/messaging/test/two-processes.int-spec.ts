import { randomUUID } from 'node:crypto';
import { CreatorSalesRecordedV1, newEvent, SyncAppliedV1 } from '#libs/contracts';
import { BatchProcessor, Consumes, type EventBatch, type EventConsumer } from '#libs/messaging';
import { sql, type TenantTransaction } from '#libs/persistence';
import { openConformanceWorld, type ConformanceWorld, type StoredRecord } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createEffects, readEffects, recordEffects, versionsOf } from './effects.ts';
import { messagingAppModule } from './messaging-app.ts';
import { salesOf, someIds } from './sales-events.ts';

const CLIENT = randomUUID();

@Consumes(CreatorSalesRecordedV1, { name: 'redemption.book' })
class Book implements EventConsumer<typeof CreatorSalesRecordedV1> {
  async handle(batch: EventBatch<typeof CreatorSalesRecordedV1>, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`SELECT pg_sleep(0.02)`);
    await recordEffects(tx, 'redemption.book', batch);
  }
}

@Consumes(SyncAppliedV1, { name: 'redemption.note-sync' })
class NoteSync implements EventConsumer<typeof SyncAppliedV1> {
  async handle(batch: EventBatch<typeof SyncAppliedV1>, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`SELECT pg_sleep(0.02)`);
    await recordEffects(tx, 'redemption.note-sync', batch);
  }
}

describe('two processes that both believe to own a partition', () => {
  let world: ConformanceWorld;
  let zombie: INestApplicationContext;

  beforeEach(async () => {
    const consumers = [Book, NoteSync];
    let databaseUrl = '';
    world = await openConformanceWorld('redemption', (environment) => {
      databaseUrl = environment.databaseUrl;
      return messagingAppModule({ ...environment, consumers });
    });
    await createEffects(world.testDatabase);
    const options = { databaseUrl, brokers: '127.0.0.1:1', topicPrefix: '', roles: [], consumers };
    zombie = await NestFactory.createApplicationContext(messagingAppModule(options), { logger: false });
  });
  afterEach(async () => {
    await zombie.close();
    await world.close();
  });

  async function byBoth(records: readonly StoredRecord[]): Promise<void> {
    const processors = [world.app.get(BatchProcessor), zombie.get(BatchProcessor)];
    const partitions = [...Map.groupBy(records, (record) => record.partition)];
    await Promise.all(
      partitions.flatMap(([partition, ofPartition]) =>
        processors.map((processor) =>
          processor.process({
            topic: records[0]?.topic ?? '',
            partition,
            records: ofPartition,
            acknowledge: () => Promise.resolve(),
            isStopping: () => false,
          }),
        ),
      ),
    );
  }

  it('have every effect of an ordered event once', async () => {
    const creators = someIds(40);
    const versions = Array.from({ length: 100 }, (_, index) => index + 1);
    await byBoth(world.store(salesOf(CLIENT, creators, versions)));
    const effects = versionsOf(await readEffects(world.testDatabase, 'redemption.book'));
    for (const creator of creators) expect(effects[creator]).toEqual(versions);
  });

  it('have every effect of a fact once', async () => {
    const facts = someIds(500).map((syncId) =>
      newEvent(SyncAppliedV1, {
        clientId: CLIENT,
        aggregateId: CLIENT,
        subject: `${syncId}:tier-evaluation`,
        aggregateVersion: 1,
        data: { syncId, syncSequence: 1, businessDate: '2025-01-06', service: 'tier-evaluation' },
      }),
    );
    await byBoth(world.store(facts));
    expect(await readEffects(world.testDatabase, 'redemption.note-sync')).toHaveLength(500);
  });
});
