import type { INestApplication } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { KafkaBatchTransport } from './kafka-batch-transport.ts';

/**
 * Connects the service's consumers to its application; `app.startAllMicroservices()` then starts them, `app.close()`
 * stops them. Does nothing in a process without the role `consumers`.
 */
export function connectConsumers(app: INestApplication): void {
  const transport = app.get(KafkaBatchTransport, { strict: false });
  if (transport.isWanted) app.connectMicroservice<MicroserviceOptions>({ strategy: transport });
}
