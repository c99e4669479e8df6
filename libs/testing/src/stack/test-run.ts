import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { POSTGRES_STOP_SIGNAL } from '../../../../infra/local/postgres.ts';
import { ProcessRecords } from '../../../../infra/local/process-records.ts';
import { openTestStack } from './open-test-stack.ts';
import type { TestStack } from './test-stack.ts';

/** Around all test processes of one run: a stack, and a directory that records every process they start. */
export interface TestRun {
  /** For the test processes. */
  readonly env: NodeJS.ProcessEnv;
  /** Ends what test processes have left running, then the stack; removes every trace. */
  close(): Promise<void>;
}

const PREFIX = 'laurel-test-';
const RUNNER = 'runner';

/** Opens a stack, unless DATABASE_URL and KAFKA_BROKERS name one, after tidying up what killed runs have left. */
export async function openTestRun(report: (line: string) => void, env = process.env): Promise<TestRun> {
  await removeAbandoned(report);
  const directory = mkdtempSync(join(tmpdir(), PREFIX));
  // The user that Postgres runs as must be able to pass.
  chmodSync(directory, 0o755);
  const records = new ProcessRecords(directory);
  records.write(RUNNER, process.pid);
  const stack = givenStack(env) ?? (await openTestStack({ directory: join(directory, 'stack'), report }));
  return {
    env: { DATABASE_URL: stack.databaseUrl, KAFKA_BROKERS: stack.kafkaBrokers, LAUREL_TEST_DIRECTORY: directory },
    close: async () => {
      await records.endLeftovers({}, 0);
      await stack.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function givenStack({ DATABASE_URL, KAFKA_BROKERS }: NodeJS.ProcessEnv): TestStack | undefined {
  if (!DATABASE_URL || !KAFKA_BROKERS) return undefined;
  return { databaseUrl: DATABASE_URL, kafkaBrokers: KAFKA_BROKERS, stop: () => Promise.resolve() };
}

/** Ends and removes what runs have left whose runner has gone. */
async function removeAbandoned(report: (line: string) => void): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const directory = join(tmpdir(), name);
    if (!isAbandoned(directory)) continue;
    const services = await new ProcessRecords(directory).endLeftovers({}, 0);
    const stackRecords = new ProcessRecords(join(directory, 'stack'));
    const stack = await stackRecords.endLeftovers({ postgres: POSTGRES_STOP_SIGNAL }, 10_000);
    const ended = [...services, ...stack];
    if (ended.length > 0) report(`ended what a killed test run had left: ${ended.join(', ')}`);
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Another user's runs are none of ours, and a run that begins at this moment has not recorded its runner yet. */
function isAbandoned(directory: string): boolean {
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found === undefined || found.uid !== process.getuid?.()) return false;
  if (Date.now() - found.birthtimeMs < 5_000) return false;
  return new ProcessRecords(directory).running(RUNNER) === undefined;
}
