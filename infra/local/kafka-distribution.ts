import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { REPOSITORY_ROOT } from './repository-root.ts';
import { runCommand } from './run-command.ts';
import { StartupError } from './startup-error.ts';

export interface KafkaDistribution {
  readonly java: string;
  readonly classPath: string;
  /** Loaded classes, kept to start in half the time. May not exist yet. */
  readonly classArchive: string;
}

const POM = join(REPOSITORY_ROOT, 'infra', 'kafka', 'pom.xml');
const OLDEST_JAVA = 17;

export interface DistributionOptions {
  readonly report: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  readonly env?: NodeJS.ProcessEnv;
}

/** Apache Kafka as infra/kafka/pom.xml names it, from the cache or, the first time, by Maven. */
export async function kafkaDistribution(options: DistributionOptions): Promise<KafkaDistribution> {
  const { env = process.env } = options;
  const java = await findJava(env);
  const cache = resolve(env['LAUREL_CACHE'] || join(homedir(), '.cache', 'laurel'));
  const home = join(cache, `kafka-${digest(readFileSync(POM, 'utf8'))}`);
  const jars = join(home, 'lib');
  if (!existsSync(jars)) await fetchJars(home, jars, options);
  const classArchive = join(home, `classes-${digest(`${java.path} ${java.version}`)}.jsa`);
  return { java: java.path, classPath: join(jars, '*'), classArchive };
}

/** @throws StartupError with the remedy when there is no Java, or one that is too old. */
export async function findJava(env: NodeJS.ProcessEnv): Promise<{ path: string; version: string }> {
  const path = env['JAVA_HOME'] ? join(env['JAVA_HOME'], 'bin', 'java') : 'java';
  const remedy = `the local Kafka needs Java ${OLDEST_JAVA} or newer: apt-get install openjdk-17-jre-headless (or brew install openjdk), or set JAVA_HOME`;
  const { exitCode, output } = await runCommand(path, ['-version'], { env });
  if (exitCode === undefined) throw new StartupError(`no Java found (${path}); ${remedy}`);
  const version = /version "([^"]+)"/.exec(output)?.[1] ?? 'unknown';
  // Java 8 calls itself 1.8.
  if (!(Number.parseInt(version, 10) >= OLDEST_JAVA)) throw new StartupError(`${path} is Java ${version}; ${remedy}`);
  return { path, version };
}

/** Into a draft first: a run killed in the middle leaves no half of a library. */
async function fetchJars(home: string, jars: string, { report, signal, env }: DistributionOptions): Promise<void> {
  report('fetching Apache Kafka with Maven (45 MB, once)');
  mkdirSync(home, { recursive: true });
  const draft = join(home, `lib.${process.pid}`);
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${draft}`];
  const shell = process.platform === 'win32';
  const maven = await runCommand('mvn', ['-B', '-q', '-f', POM, ...goal], {
    env,
    shell,
    ...(signal ? { signal } : {}),
  });
  signal?.throwIfAborted();
  if (maven.exitCode === undefined) {
    throw new StartupError(
      'no Maven found, which fetches the local Kafka: apt-get install maven (or brew install maven)',
    );
  }
  if (maven.exitCode !== 0) throw new StartupError(`Maven could not fetch Apache Kafka:\n${maven.output}`);
  try {
    renameSync(draft, jars);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(jars)) throw error;
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
