import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ServiceName } from '#libs/contracts';
import type { ProcessRecords } from './process-records.ts';
import { REPOSITORY_ROOT } from './repository-root.ts';

export interface ServiceProcessOptions {
  readonly service: ServiceName;
  readonly port: number;
  /** The whole environment; see `serviceEnvironment`. */
  readonly env: NodeJS.ProcessEnv;
  /** Every line that the process writes. */
  readonly onLine: (line: string) => void;
  readonly records?: ProcessRecords | undefined;
}

export interface ServiceProcess {
  readonly service: ServiceName;
  readonly url: string;
  readonly pid: number;
  /** Resolves when the process is gone, with how it went. */
  readonly exited: Promise<string>;
  isRunning(): boolean;
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM, then SIGKILL after the grace; resolves when the process is gone. */
  stop(graceMs?: number): Promise<void>;
}

/**
 * Ingestion reads a file into rows that live for a moment. On a large machine V8 lets 128 MB of them gather before it looks,
 * and gains nothing by it. Commission-boost opens accounts by the page: much of a page outlives the short looks of V8 and goes only
 * with a full one, which comes when the heap has tripled, unless it is told to come when it has grown by so many percent.
 */
const OF_SERVICE: Partial<Record<ServiceName, readonly string[]>> = {
  ingestion: ['--max-semi-space-size=16'],
  'commission-boost': ['--max-semi-space-size=4', '--heap-growing-percent=25'],
};

/** Node keeps here what it has compiled: a start costs a third less processor time, and tests start hundreds. */
const COMPILED = join(REPOSITORY_ROOT, 'node_modules', '.cache', 'compiled');

/** Starts a built service as a recorded process in a group of its own, so that Ctrl-C reaches the supervisor alone. */
export function startServiceProcess(options: ServiceProcessOptions): ServiceProcess {
  const { service, records, onLine } = options;
  const main = join(REPOSITORY_ROOT, 'dist', 'apps', service, 'src', 'main.js');
  const flags = ['--enable-source-maps', '--disable-warning=TimeoutNegativeWarning'];
  const child = spawn(process.execPath, [...flags, ...(OF_SERVICE[service] ?? []), main], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    cwd: REPOSITORY_ROOT,
    env: { NODE_COMPILE_CACHE: COMPILED, ...options.env },
  });
  const pid = child.pid ?? -1;
  const record = `${service}-${pid}`;
  records?.write(record, pid);
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine);

  let running = true;
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    // `close` and not `exit`: its last lines have been read by then.
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  }).finally(() => {
    running = false;
    records?.remove(record);
  });
  const stop = async (graceMs = 10_000): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await exited;
    clearTimeout(timer);
  };
  const kill = (signal: NodeJS.Signals): void => void child.kill(signal);
  return { service, url: `http://127.0.0.1:${options.port}`, pid, exited, isRunning: () => running, kill, stop };
}

/** True once the process says itself that it can serve. */
export async function isReady(process_: ServiceProcess): Promise<boolean> {
  try {
    const answer = await fetch(`${process_.url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    // Not listening yet: asked again until its time is over.
    return false;
  }
}
