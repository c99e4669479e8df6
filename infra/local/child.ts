import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ProcessRecords } from './process-records.ts';

export interface ChildOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly records: ProcessRecords;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Resolves when the process is gone, with how it went. */
  readonly exited: Promise<string>;
  isRunning(): boolean;
  /** Sends the signal and SIGKILL after the grace; resolves when the process is gone. */
  stop(signal: NodeJS.Signals, graceMs: number): Promise<void>;
}

/**
 * Starts a recorded process in a process group of its own: Ctrl-C in a terminal reaches the supervisor alone, which
 * then ends its children in order. Its output goes to a file, so that it outlives a killed supervisor unharmed.
 */
export function startChild(options: ChildOptions): Child {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'a');
  const process_ = spawn(options.command, options.args, {
    stdio: ['ignore', log, log],
    detached: true,
    cwd: options.cwd,
    env: options.env ?? process.env,
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.gid }),
  });
  closeSync(log);
  if (process_.pid !== undefined) options.records.write(options.name, process_.pid);
  return supervise(process_, options);
}

function supervise(process_: ChildProcess, { name, logFile, records }: ChildOptions): Child {
  let running = true;
  const exited = new Promise<string>((resolve) => {
    const gone = (how: string): void => {
      if (running) records.remove(name);
      running = false;
      resolve(how);
    };
    process_.once('error', (error) => gone(error.message));
    process_.once('exit', (code, signal) => gone(signal ?? `exit code ${code}`));
  });
  const stop = async (signal: NodeJS.Signals, graceMs: number): Promise<void> => {
    if (!running) return;
    process_.kill(signal);
    const timer = setTimeout(() => process_.kill('SIGKILL'), graceMs);
    await exited;
    clearTimeout(timer);
  };
  return { name, pid: process_.pid ?? -1, logFile, exited, isRunning: () => running, stop };
}

/** The last lines of a log, for the message of a failure. */
export function tailOf(logFile: string, lines = 12): string {
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}
