import { startKafka } from './kafka.ts';
import { assertPortsFree, type PortClaim } from './ports.ts';
import { POSTGRES_STOP_SIGNAL, startPostgres } from './postgres.ts';
import { ProcessRecords } from './process-records.ts';
import { StartupError } from './startup-error.ts';
import type { Child } from './child.ts';

export interface LocalStackOptions {
  /** Where data, logs and process records lie; see `dataDirectory`. */
  readonly directory: string;
  readonly postgresPort: number;
  /** The broker's; its controller takes the next one. */
  readonly kafkaPort: number;
  readonly durable: boolean;
  readonly report: (line: string) => void;
  /** Gives the start up; what has started by then is stopped. */
  readonly signal?: AbortSignal;
  /** Ports that others will want, so that every clash is told at once. */
  readonly alsoNeeded?: readonly PortClaim[];
  /** Called once nothing of an earlier run is left, before anything starts. */
  readonly beforeStart?: () => unknown;
  /** Given ones are used instead of a child of ours. */
  readonly given?: { readonly databaseUrl: string | undefined; readonly kafkaBrokers: string | undefined };
}

export interface LocalStack {
  /** As the administrator of the cluster. */
  readonly databaseUrl: string;
  readonly kafkaBrokers: string;
  readonly records: ProcessRecords;
  /** Resolves with a sentence when Postgres or Kafka ends without having been told to. */
  readonly broken: Promise<string>;
  stop(): Promise<void>;
}

const SUPERVISOR = 'supervisor';
const STOP_GRACE_MS = 2_500;

/** Brings up Postgres and Kafka as children of this process, after tidying up what a killed run has left there. */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const records = await takeOver(options);
  const children: Child[] = [];
  let stopping = false;
  const stop = async (): Promise<void> => {
    stopping = true;
    for (const child of children.toReversed()) await child.stop(stopSignal(child), STOP_GRACE_MS);
    records.remove(SUPERVISOR);
  };
  try {
    await assertPortsFree(claims(options));
    options.beforeStart?.();
    // Both are awaited even when one fails: a child must not be left behind because its sibling could not start.
    const [postgres, kafka] = await Promise.allSettled([
      options.given?.databaseUrl
        ? { url: options.given.databaseUrl, child: undefined }
        : startPostgres({ ...options, port: options.postgresPort, records }),
      options.given?.kafkaBrokers
        ? { brokers: options.given.kafkaBrokers, child: undefined }
        : startKafka({ ...options, port: options.kafkaPort, records }),
    ]);
    for (const started of [postgres, kafka]) {
      if (started.status === 'fulfilled' && started.value.child) children.push(started.value.child);
    }
    if (postgres.status === 'rejected') throw postgres.reason;
    if (kafka.status === 'rejected') throw kafka.reason;
    const broken = new Promise<string>((resolve) => {
      for (const child of children) {
        void child.exited.then((how) => stopping || resolve(`${child.name} ended (${how}); its log: ${child.logFile}`));
      }
    });
    return { databaseUrl: postgres.value.url, kafkaBrokers: kafka.value.brokers, records, broken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function takeOver({ directory, report }: LocalStackOptions): Promise<ProcessRecords> {
  const records = new ProcessRecords(directory);
  const other = records.running(SUPERVISOR);
  if (other !== undefined && other.pid !== process.pid) {
    throw new StartupError(
      `Laurel runs already (process ${other.pid}) with the data in ${directory}: stop it, or set LAUREL_DATA`,
    );
  }
  const ended = await records.endLeftovers({ postgres: POSTGRES_STOP_SIGNAL }, 10_000);
  if (ended.length > 0) report(`ended what a killed run had left: ${ended.join(', ')}`);
  records.write(SUPERVISOR, process.pid);
  return records;
}

function claims(options: LocalStackOptions): PortClaim[] {
  const { postgresPort, kafkaPort, given } = options;
  const postgres = { port: postgresPort, owner: 'Postgres', variable: 'LAUREL_PG_PORT' };
  const broker = { port: kafkaPort, owner: 'Kafka', variable: 'LAUREL_KAFKA_PORT' };
  const controller = { port: kafkaPort + 1, owner: 'Kafka’s controller', variable: 'LAUREL_KAFKA_PORT' };
  return [
    ...(given?.databaseUrl ? [] : [postgres]),
    ...(given?.kafkaBrokers ? [] : [broker, controller]),
    ...(options.alsoNeeded ?? []),
  ];
}

function stopSignal(child: Child): NodeJS.Signals {
  return child.name === 'postgres' ? POSTGRES_STOP_SIGNAL : 'SIGTERM';
}
