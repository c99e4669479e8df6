/** A service process with one consumer that takes its time, to be killed by a test. */
import 'reflect-metadata';
import { CreatorSalesRecordedV1 } from '#libs/contracts';
import { Consumes, Outbox, type EventBatch, type EventConsumer } from '#libs/messaging';
import { sql, type TenantTransaction } from '#libs/persistence';
import { tierChanged } from '#libs/testing';
import { recordEffects } from '../effects.ts';
import { startMessagingApp } from '../messaging-app.ts';

@Consumes(CreatorSalesRecordedV1, { name: 'redemption.book' })
class Book implements EventConsumer<typeof CreatorSalesRecordedV1> {
  readonly #outbox: Outbox;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  async handle(batch: EventBatch<typeof CreatorSalesRecordedV1>, tx: TenantTransaction): Promise<void> {
    await recordEffects(tx, 'redemption.book', batch);
    await tx.execute(sql`SELECT pg_sleep(0.03)`);
    await this.#outbox.append(
      tx,
      batch.events.map(({ clientId, aggregateId, aggregateVersion }) =>
        tierChanged({ clientId, creatorId: aggregateId, tierVersion: aggregateVersion }),
      ),
    );
  }
}

const [databaseUrl = '', brokers = '', topicPrefix = ''] = process.argv.slice(2);
await startMessagingApp({
  databaseUrl,
  brokers,
  topicPrefix,
  roles: ['consumers'],
  consumers: [Book],
  sessionTimeoutMs: 4000,
});
