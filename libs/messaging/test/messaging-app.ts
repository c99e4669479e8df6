import { connectConsumers, MessagingModule, type MessagingOptions, type ProcessRole } from '#libs/messaging';
import { PersistenceModule } from '#libs/persistence';
import type { TestDatabase } from '#libs/testing';
import { Module, type DynamicModule, type INestApplication, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { SCHEMA, SERVICE } from './effects.ts';

export interface MessagingAppOptions {
  readonly databaseUrl: string;
  readonly brokers: MessagingOptions['brokers'];
  readonly topicPrefix: string;
  readonly roles: readonly ProcessRole[];
  readonly consumers: readonly Type[];
  readonly onFatal?: (error: Error) => void;
  readonly sessionTimeoutMs?: number;
}

@Module({})
class MessagingAppModule {}

/** A service that has nothing but consumers and the messaging core. */
export function messagingAppModule(options: MessagingAppOptions): DynamicModule {
  const { databaseUrl, consumers, ...messaging } = options;
  return {
    module: MessagingAppModule,
    imports: [
      PersistenceModule.forRoot({ url: databaseUrl, schema: SCHEMA, poolSize: 8 }),
      MessagingModule.forRoot({ service: SERVICE, schema: SCHEMA, ...messaging }),
    ],
    providers: [...consumers],
  };
}

export async function startMessagingApp(options: MessagingAppOptions): Promise<INestApplication> {
  const app = await NestFactory.create(messagingAppModule(options), new FastifyAdapter(), {
    logger: process.env['TEST_LOGS'] ? ['error', 'warn'] : false,
  });
  connectConsumers(app);
  await app.init();
  await app.startAllMicroservices();
  return app;
}

export function appOptions(
  database: TestDatabase,
  topics: { readonly brokers: string[]; readonly prefix: string },
  given: Pick<MessagingAppOptions, 'roles' | 'consumers'>,
): MessagingAppOptions {
  return { databaseUrl: database.url(SERVICE), brokers: topics.brokers, topicPrefix: topics.prefix, ...given };
}
