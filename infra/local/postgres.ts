import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { startChild, type Child } from './child.ts';
import { postgresBinaries, postgresUser, type PostgresUser } from './postgres-binaries.ts';
import { identityOf } from './process-identity.ts';
import { endProcess, type ProcessRecords } from './process-records.ts';
import { untilReady } from './readiness.ts';
import { runCommand } from './run-command.ts';
import { StartupError } from './startup-error.ts';

export interface PostgresOptions {
  /** Data of this stack; Postgres takes the folder `postgres` in it. */
  readonly directory: string;
  readonly port: number;
  /** False gives up what a crash of the machine would lose, for speed: tests only. */
  readonly durable: boolean;
  readonly records: ProcessRecords;
  readonly report: (line: string) => void;
  /** Gives the start up. */
  readonly signal?: AbortSignal | undefined;
}

export interface LocalPostgres {
  /** As the superuser: `postgres://postgres:...@127.0.0.1:port/postgres`. */
  readonly url: string;
  readonly child: Child;
}

/** Text sorts by code point, on every machine alike; a container gets the same by POSTGRES_INITDB_ARGS. */
export const INITDB_ARGS = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];

/** Postgres ends a SIGINT by closing all sessions: its fast shutdown. */
export const POSTGRES_STOP_SIGNAL = 'SIGINT';

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '300',
  shared_buffers: '512MB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  effective_cache_size: '2GB',
  random_page_cost: '1.1',
  jit: 'off',
  // A client's partitions by month times the services: a statement over all of them takes a lock each.
  max_locks_per_transaction: '512',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '4GB',
  min_wal_size: '256MB',
  checkpoint_timeout: '15min',
  autovacuum_naptime: '15s',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

const UNSAFE_BUT_FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

export async function startPostgres(options: PostgresOptions): Promise<LocalPostgres> {
  const binaries = postgresBinaries();
  const user = postgresUser(options.report);
  const data = join(options.directory, 'postgres');
  const password = superuserPassword(options.directory);
  if (existsSync(join(data, 'PG_VERSION'))) await releaseData(data);
  else await initialise({ binaries, user, data, password });

  const settings = { ...SETTINGS, ...(options.durable ? {} : UNSAFE_BUT_FAST) };
  const child = startChild({
    name: 'postgres',
    command: join(binaries, 'bin', 'postgres'),
    args: [
      '-D',
      data,
      '-p',
      String(options.port),
      ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    logFile: join(options.directory, 'logs', 'postgres.log'),
    records: options.records,
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    cwd: data,
    uid: user?.uid,
    gid: user?.gid,
  });
  const url = `postgres://postgres:${password}@127.0.0.1:${options.port}/postgres`;
  try {
    await untilReady(child, () => answers(url), options.signal);
  } catch (error) {
    await child.stop(POSTGRES_STOP_SIGNAL, 2_000);
    throw error;
  }
  return { url, child };
}

/** The database of a Laurel that runs on these data, as the superuser. */
export function localDatabaseUrl(directory: string, port: number): string {
  return `postgres://postgres:${superuserPassword(directory)}@127.0.0.1:${port}/laurel`;
}

async function answers(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end();
  }
}

/** Made once per data directory; the passwords of the services' roles derive from it. */
function superuserPassword(directory: string): string {
  const file = join(directory, 'postgres-password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

interface Cluster {
  readonly binaries: string;
  readonly user: PostgresUser | undefined;
  readonly data: string;
  readonly password: string;
}

/** Made beside its place and then moved there, so that a run killed in the middle leaves no half of a cluster. */
async function initialise({ binaries, user, data, password }: Cluster): Promise<void> {
  const draft = `${data}.draft`;
  const passwordFile = `${data}.password`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) for (const path of [draft, passwordFile]) chownSync(path, user.uid, user.gid);
  const initdb = await runCommand(
    join(binaries, 'bin', 'initdb'),
    [
      `--pgdata=${draft}`,
      '--username=postgres',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--no-sync',
      ...INITDB_ARGS,
    ],
    { cwd: draft, env: { PATH: process.env['PATH'], LC_ALL: 'C' }, ...user },
  );
  rmSync(passwordFile);
  if (initdb.exitCode !== 0) throw new StartupError(`Postgres could not be initialised: ${initdb.output}`);
  renameSync(draft, data);
}

/** A killed run leaves postmaster.pid behind, and maybe the postmaster: it is ours if it serves this very directory. */
async function releaseData(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  const holder = Number.isNaN(pid) ? undefined : identityOf(pid);
  if (holder?.command.includes(`-D ${data} `)) await endProcess(holder, POSTGRES_STOP_SIGNAL, 10_000);
  rmSync(file, { force: true });
}
