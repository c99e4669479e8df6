import { Logger } from '@nestjs/common';
import { Kafka, logLevel, type LogEntry } from 'kafkajs';
import { brokerList, type MessagingOptions } from '../messaging-options.ts';

/** All waiting is explicit: NODE_ENV=test would change kafkajs's own defaults. */
const RETRY = { initialRetryTime: 100, maxRetryTime: 1000, factor: 0.2, multiplier: 2 };
const RETRIES = { consumers: 5, relay: 5, status: 1 };

export function kafkaClient(options: MessagingOptions, part: keyof typeof RETRIES): Kafka {
  return new Kafka({
    clientId: `laurel-${options.service}-${part}`,
    brokers: brokerList(options),
    connectionTimeout: 3000,
    requestTimeout: 30_000,
    retry: { ...RETRY, retries: RETRIES[part] },
    logLevel: logLevel.WARN,
    logCreator: () => log,
  });
}

const logger = new Logger('Kafka');

/** kafkajs reports as ERROR much that heals by itself (a coordinator that is loading); what does not heal crashes. */
function log({ namespace, log: entry }: LogEntry): void {
  const { error } = entry as { error?: unknown };
  logger.debug(`${namespace}: ${entry.message}${typeof error === 'string' ? `: ${error}` : ''}`);
}
