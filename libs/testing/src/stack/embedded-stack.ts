import { mkdirSync } from 'node:fs';
import { startLocalStack } from '../../../../infra/local/local-stack.ts';
import { freePort, freePortPair } from '../../../../infra/local/ports.ts';
import type { TestStack, TestStackOptions } from './test-stack.ts';

/** Postgres and Kafka as child processes, with data of their own and on free ports. */
export async function startEmbeddedStack({ directory, report }: TestStackOptions): Promise<TestStack> {
  mkdirSync(directory, { recursive: true });
  const [postgresPort, kafkaPort] = [await freePort(), await freePortPair()];
  const stack = await startLocalStack({ directory, postgresPort, kafkaPort, durable: false, report });
  return { databaseUrl: stack.databaseUrl, kafkaBrokers: stack.kafkaBrokers, stop: () => stack.stop() };
}
