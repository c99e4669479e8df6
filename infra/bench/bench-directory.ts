import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { POSTGRES_STOP_SIGNAL } from '../local/postgres.ts';
import { ProcessRecords } from '../local/process-records.ts';

const PREFIX = 'laurel-bench-';
/** The record of the process that a directory belongs to: the one that the local stack keeps up in it. */
const OWNER = 'supervisor';

/** An empty directory of this run, which the user that Postgres runs as may pass. */
export function makeBenchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), PREFIX));
  chmodSync(directory, 0o755);
  new ProcessRecords(directory).write(OWNER, process.pid);
  return directory;
}

/** Ends and removes what runs that were killed have left. A run that is still at it is left alone. */
export async function sweepBenchDirectories(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const directory = join(tmpdir(), name);
    if (new ProcessRecords(directory).running(OWNER) === undefined) await removeBenchDirectory(directory);
  }
}

/** Ends what still runs in it, as the processes of a row that was interrupted do, and removes it. */
export async function removeBenchDirectory(directory: string): Promise<void> {
  await new ProcessRecords(directory).endLeftovers({ postgres: POSTGRES_STOP_SIGNAL }, 10_000);
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}
