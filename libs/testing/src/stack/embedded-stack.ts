import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalStack } from '../../../../infra/local/local-stack.ts';
import { freePort, freePortPair } from '../../../../infra/local/ports.ts';
import { POSTGRES_STOP_SIGNAL } from '../../../../infra/local/postgres.ts';
import { ProcessRecords } from '../../../../infra/local/process-records.ts';
import type { TestStack } from './test-stack.ts';

const PREFIX = 'laurel-test-';

/** Postgres and Kafka as child processes, with data of their own in the temporary directory and on free ports. */
export async function startEmbeddedStack(report: (line: string) => void): Promise<TestStack> {
  await removeAbandoned(report);
  const directory = mkdtempSync(join(tmpdir(), PREFIX));
  const [postgresPort, kafkaPort] = [await freePort(), await freePortPair()];
  chmodSync(directory, 0o755);
  const stack = await startLocalStack({ directory, postgresPort, kafkaPort, durable: false, report });
  return {
    databaseUrl: stack.databaseUrl,
    kafkaBrokers: stack.kafkaBrokers,
    records: directory,
    stop: async () => {
      await stack.stop();
      // Services of a test process that was interrupted.
      await stack.records.endLeftovers({}, 0);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Stacks of killed runs: their supervisor is gone, and with it every reason to keep them. */
async function removeAbandoned(report: (line: string) => void): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const directory = join(tmpdir(), name);
    const records = new ProcessRecords(directory);
    if (records.running('supervisor') !== undefined) continue;
    const ended = await records.endLeftovers({ postgres: POSTGRES_STOP_SIGNAL }, 10_000);
    if (ended.length > 0) report(`ended what a killed test run had left: ${ended.join(', ')}`);
    rmSync(directory, { recursive: true, force: true });
  }
}
