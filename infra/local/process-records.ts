import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { identityOf, type ProcessIdentity } from './process-identity.ts';

interface ProcessRecord extends ProcessIdentity {
  readonly name: string;
}

/**
 * The processes of one data directory, a file each, so that a run that was killed can be tidied up by the next. A
 * process is ours only if number, start time and command line are the recorded ones; anything else is left alone.
 */
export class ProcessRecords {
  readonly #directory: string;

  constructor(dataDirectory: string) {
    this.#directory = join(dataDirectory, 'run');
    mkdirSync(this.#directory, { recursive: true });
  }

  /** Call it in the tick of the spawn: whatever is killed after that leaves a record behind. */
  write(name: string, pid: number): void {
    const identity = identityOf(pid);
    if (identity === undefined) return;
    writeFileSync(this.#file(name), JSON.stringify({ name, ...identity } satisfies ProcessRecord));
  }

  remove(name: string): void {
    rmSync(this.#file(name), { force: true });
  }

  /** The recorded process of that name, if it still runs. */
  running(name: string): ProcessIdentity | undefined {
    const record = read(this.#file(name));
    return record !== undefined && isSame(record) ? record : undefined;
  }

  /** Ends whatever a killed run has left, all at once, and forgets it. @returns the names of what was ended */
  async endLeftovers(signals: Readonly<Record<string, NodeJS.Signals>>, graceMs: number): Promise<string[]> {
    const files = readdirSync(this.#directory).filter((file) => file.endsWith('.json'));
    const records = files.map((file) => read(join(this.#directory, file))).filter((record) => record !== undefined);
    const alive = records.filter((record) => record.pid !== process.pid && isSame(record));
    await Promise.all(alive.map((record) => endProcess(record, signals[record.name] ?? 'SIGTERM', graceMs)));
    for (const file of files) rmSync(join(this.#directory, file), { force: true });
    return alive.map((record) => record.name);
  }

  #file(name: string): string {
    return join(this.#directory, `${name}.json`);
  }
}

/** Sends the signal, then SIGKILL after the grace, to this very process and no later one of its number. */
export async function endProcess(process_: ProcessIdentity, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  signalIfSame(process_, signal);
  const deadline = performance.now() + graceMs;
  while (isSame(process_)) {
    if (performance.now() > deadline) signalIfSame(process_, 'SIGKILL');
    await pause(50);
  }
}

function signalIfSame(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (isSame(identity)) process.kill(identity.pid, signal);
}

function isSame(recorded: ProcessIdentity): boolean {
  const now = identityOf(recorded.pid);
  return now !== undefined && now.startedAt === recorded.startedAt && now.command === recorded.command;
}

function read(file: string): ProcessRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessRecord;
  } catch {
    // Absent, or cut off by the kill that this file is there for: there is nothing to be proved with it.
    return undefined;
  }
}
