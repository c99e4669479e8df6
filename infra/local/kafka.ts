import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { startChild, type Child } from './child.ts';
import { kafkaDistribution, type KafkaDistribution } from './kafka-distribution.ts';
import { kafkaProperties } from './kafka-properties.ts';
import { freePortPair } from './ports.ts';
import { ProcessRecords } from './process-records.ts';
import { untilReady } from './readiness.ts';
import { REPOSITORY_ROOT } from './repository-root.ts';
import { runCommand } from './run-command.ts';
import { StartupError } from './startup-error.ts';

export interface KafkaOptions {
  /** Data of this stack; Kafka takes the folder `kafka` in it. */
  readonly directory: string;
  /** The broker's; the controller listens on the next one. */
  readonly port: number;
  readonly records: ProcessRecords;
  readonly report: (line: string) => void;
  /** Gives the start up. */
  readonly signal?: AbortSignal | undefined;
}

export interface LocalKafka {
  readonly brokers: string;
  readonly child: Child;
}

export async function startKafka(options: KafkaOptions): Promise<LocalKafka> {
  const distribution = await kafkaDistribution(options);
  if (!existsSync(distribution.classArchive)) await archiveClasses(distribution, options);
  return runBroker(distribution, options, [`-XX:SharedArchiveFile=${distribution.classArchive}`]);
}

async function runBroker(distribution: KafkaDistribution, options: KafkaOptions, flags: string[]): Promise<LocalKafka> {
  const home = join(options.directory, 'kafka');
  const properties = join(home, 'server.properties');
  mkdirSync(home, { recursive: true });
  writeFileSync(properties, kafkaProperties({ logDirectory: join(home, 'data'), port: options.port }));
  if (!existsSync(join(home, 'formatted'))) await format(distribution, home, properties);

  const child = startChild({
    name: 'kafka',
    command: distribution.java,
    args: [...javaFlags(flags), '-Xms256m', '-Xmx512m', '-cp', distribution.classPath, 'kafka.Kafka', properties],
    logFile: join(options.directory, 'logs', 'kafka.log'),
    records: options.records,
  });
  const brokers = `127.0.0.1:${options.port}`;
  try {
    await untilReady(child, () => answers(brokers), options.signal);
  } catch (error) {
    await child.stop('SIGKILL', 1_000);
    throw error;
  }
  return { brokers, child };
}

function javaFlags(flags: string[]): string[] {
  const logging = join(REPOSITORY_ROOT, 'infra', 'kafka', 'log4j2.properties');
  return ['-XX:+UseSerialGC', '-Xshare:auto', '-Xlog:disable', ...flags, `-Dlog4j2.configurationFile=${logging}`];
}

/** `formatted` is written last: a run killed in between formats again, an empty directory. */
async function format(distribution: KafkaDistribution, home: string, properties: string): Promise<void> {
  rmSync(join(home, 'data'), { recursive: true, force: true });
  const clusterId = randomBytes(16).toString('base64url');
  // One id in 64 begins with a dash: behind a space it would be read as an option.
  const tool = ['kafka.tools.StorageTool', 'format', `--cluster-id=${clusterId}`, '-c', properties, '--standalone'];
  const flags = javaFlags(['-XX:TieredStopAtLevel=1']);
  const formatted = await runCommand(distribution.java, [...flags, '-cp', distribution.classPath, ...tool]);
  if (formatted.exitCode !== 0) throw new StartupError(`Kafka could not format its storage: ${formatted.output}`);
  writeFileSync(join(home, 'formatted'), clusterId);
}

/** Starts a throw-away broker once, so that the JVM writes down which classes every later start will load. */
async function archiveClasses(distribution: KafkaDistribution, options: KafkaOptions): Promise<void> {
  options.report('preparing Kafka for quick starts (once)');
  const directory = mkdtempSync(join(tmpdir(), 'laurel-kafka-'));
  const draft = `${distribution.classArchive}.${process.pid}`;
  const [records, port] = [new ProcessRecords(directory), await freePortPair()];
  const trial = await runBroker(distribution, { ...options, directory, port, records }, [
    `-XX:ArchiveClassesAtExit=${draft}`,
  ]);
  await trial.child.stop('SIGTERM', 60_000);
  rmSync(directory, { recursive: true, force: true });
  // A JVM without the feature starts as well, only later: nothing depends on the archive.
  if (existsSync(draft)) renameSync(draft, distribution.classArchive);
}

async function answers(brokers: string): Promise<void> {
  const kafka = new Kafka({
    brokers: [brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { brokers: found } = await admin.describeCluster();
    if (found.length === 0) throw new Error('the broker has not registered yet');
  } finally {
    await admin.disconnect();
  }
}
