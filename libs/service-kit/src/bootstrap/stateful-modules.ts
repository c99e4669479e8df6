import { SERVICES, type StatefulServiceName } from '#libs/contracts';
import { MessagingModule } from '#libs/messaging';
import { PersistenceModule } from '#libs/persistence';
import type { DynamicModule } from '@nestjs/common';
import type { StatefulConfig } from '../config/base-fields.ts';
import { ServiceKitModule } from '../service-kit.module.ts';

/** What every service with a schema stands on: the kit, its tables, its outbox and consumers. */
export function statefulModules(service: StatefulServiceName, config: StatefulConfig): DynamicModule[] {
  const { schema } = SERVICES[service];
  return [
    ServiceKitModule.forRoot({ service, config }),
    PersistenceModule.forRoot({ url: config.databaseUrl, schema, poolSize: config.databasePoolSize }),
    MessagingModule.forRoot({
      service,
      schema,
      brokers: config.kafkaBrokers,
      topicPrefix: config.topicPrefix,
      sessionTimeoutMs: config.sessionTimeoutMs,
      roles: config.roles,
    }),
  ];
}
