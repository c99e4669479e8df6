import { Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Database } from '#libs/persistence';
import { MessagingLifecycle } from './messaging-lifecycle.ts';
import { MESSAGING_OPTIONS, type MessagingOptions } from './messaging-options.ts';
import { Outbox } from './outbox/outbox.ts';
import { Parking } from './parking/parking.ts';
import { ReleaseLoop } from './parking/release-loop.ts';
import { Relay } from './relay/relay.ts';
import { BatchProcessor } from './runner/batch-processor.ts';
import { ConsumerRegistry } from './runner/consumer-registry.ts';
import { KafkaBatchTransport } from './runner/kafka-batch-transport.ts';
import { KafkajsRecordSource } from './runner/kafkajs-record-source.ts';
import { RECORD_SOURCE } from './runner/record-source.ts';
import { RunnerProgress } from './runner/runner-progress.ts';
import { MessagingStatus } from './status/messaging-status.ts';
import { Watermark } from './watermark/watermark.ts';

/**
 * The messaging core of a service. Needs the `Database` of `PersistenceModule.forRoot`. The relay and the release of
 * parked keys start and stop with the application, the consumers by `connectConsumers(app)`.
 */
@Module({})
export class MessagingModule {
  static forRoot(options: MessagingOptions): DynamicModule {
    return {
      module: MessagingModule,
      global: true,
      imports: [DiscoveryModule],
      providers: [
        { provide: MESSAGING_OPTIONS, useValue: options },
        { provide: Outbox, useFactory: () => new Outbox(options.schema, `laurel/${options.service}`) },
        {
          provide: Watermark,
          useFactory: (database: Database) => new Watermark(database, options.schema),
          inject: [Database],
        },
        { provide: RECORD_SOURCE, useClass: KafkajsRecordSource },
        ConsumerRegistry,
        RunnerProgress,
        BatchProcessor,
        KafkaBatchTransport,
        Relay,
        Parking,
        ReleaseLoop,
        MessagingStatus,
        MessagingLifecycle,
      ],
      exports: [
        Outbox,
        Watermark,
        Parking,
        ReleaseLoop,
        MessagingStatus,
        KafkaBatchTransport,
        ConsumerRegistry,
        BatchProcessor,
      ],
    };
  }
}
