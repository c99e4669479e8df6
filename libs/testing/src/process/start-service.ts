import { randomBytes } from 'node:crypto';
import type { ServiceName } from '#libs/contracts';
import { freePort } from '../../../../infra/local/ports.ts';
import { ProcessRecords } from '../../../../infra/local/process-records.ts';
import { serviceEnvironment, STANDARD_PORTS, variableName } from '../../../../infra/local/service-environment.ts';
import { isReady, startServiceProcess, type ServiceProcess } from '../../../../infra/local/service-process.ts';
import type { TestDatabase } from '../database/test-database.ts';
import { testSigner } from '../identity/test-signer.ts';
import type { TestTopics } from '../topics/test-topics.ts';
import { eventually } from '../waiting/eventually.ts';
import { showLogsOnFailure } from './failure-logs.ts';

export interface StartServiceOptions {
  readonly database: TestDatabase;
  readonly topics: TestTopics;
  /**
   * On top of a complete environment. The gateway's lacks only where the services are (`INGESTION_URL`, ...);
   * `<SERVICE>_PORT` fixes the port, which is otherwise a free one.
   */
  readonly env?: NodeJS.ProcessEnv;
  /** Every line that the process writes, as it comes; `logs()` remembers the last ones. */
  readonly onLine?: (line: string) => void;
}

/** A service as its own process, built, on a free port. */
export interface RunningService {
  readonly name: ServiceName;
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the process is gone, with how it went. */
  readonly exited: Promise<string>;
  /** Sends the signal and resolves when the process is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** SIGTERM, SIGKILL after 10 s. */
  stop(): Promise<void>;
  /** The last lines that the process wrote. */
  logs(): string;
}

const REMEMBERED_LINES = 400;
const READY_WITHIN_MS = 90_000;
/** One for all processes of this test process, so that several of one service read each other's secrets. */
const MASTER_KEYS = `test:${randomBytes(32).toString('base64')}`;

/** @throws Error with the process's log when it ends, or is not ready, within 30 s */
export async function startService(name: ServiceName, options: StartServiceOptions): Promise<RunningService> {
  const port = Number(options.env?.[`${variableName(name)}_PORT`]) || (await freePort());
  const lines: string[] = [];
  const records = process.env['LAUREL_TEST_DIRECTORY'];
  const started = startServiceProcess({
    service: name,
    port,
    env: { ...environment(name, port, options), ...options.env },
    records: records ? new ProcessRecords(records) : undefined,
    onLine: (line) => {
      options.onLine?.(line);
      lines.push(line);
      if (lines.length > REMEMBERED_LINES) lines.shift();
    },
  });
  const logs = (): string => lines.join('\n');
  endWithThisProcess(started);
  showLogsOnFailure(`${name} (${started.pid})`, logs);
  await ready(started, logs);
  return {
    name,
    url: started.url,
    port,
    pid: started.pid,
    exited: started.exited,
    kill: async (signal) => {
      started.kill(signal);
      await started.exited;
    },
    stop: () => started.stop(),
    logs,
  };
}

function environment(name: ServiceName, port: number, options: StartServiceOptions): NodeJS.ProcessEnv {
  const { database, topics } = options;
  const signer = testSigner();
  // What a killed process held waits for so long: with ten seconds a test of many kills is little but waiting.
  const impatient = { KAFKA_SESSION_TIMEOUT_MS: '4000' };
  const configured = serviceEnvironment(name, {
    databaseUrl: (service) => database.url(service),
    kafkaBrokers: topics.brokers.join(','),
    topicPrefix: topics.prefix,
    jwks: signer.jwks,
    jwtIssuer: signer.issuer,
    jwtAudience: signer.audience,
    environment: 'production',
    masterKeys: MASTER_KEYS,
    ports: { ...STANDARD_PORTS, [name]: port },
  });
  return name === 'gateway' ? configured : { ...configured, ...impatient };
}

async function ready(started: ServiceProcess, logs: () => string): Promise<void> {
  const settled = async (): Promise<boolean> => !started.isRunning() || isReady(started);
  try {
    await eventually(settled, { timeoutMs: READY_WITHIN_MS });
    if (started.isRunning()) return;
  } catch {
    await started.stop(1_000);
  }
  throw new Error(`${started.service} did not start (${await started.exited})\n${logs()}`);
}

/** A test process that ends early must not leave services behind. */
function endWithThisProcess(started: ServiceProcess): void {
  const end = (): void => started.kill('SIGKILL');
  process.once('exit', end);
  void started.exited.then(() => process.off('exit', end));
}
