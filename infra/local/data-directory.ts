import { createHash } from 'node:crypto';
import { mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { REPOSITORY_ROOT } from './repository-root.ts';

export interface DataDirectory {
  readonly path: string;
  /** Why the data lies elsewhere than asked for; undefined when it does not. */
  readonly moved: string | undefined;
}

/**
 * `LAUREL_DATA`, or `.laurel` in the repository. Postgres refuses to run as root, and the user it then runs as cannot
 * pass a directory closed to others (a root's home): the data then lies in the system's temporary directory, always in
 * the same place for the same wish.
 */
export function dataDirectory(env: NodeJS.ProcessEnv = process.env): DataDirectory {
  const wanted = resolve(env['LAUREL_DATA'] || join(REPOSITORY_ROOT, '.laurel'));
  const closed = process.getuid?.() === 0 ? closedParent(wanted) : undefined;
  const path = closed === undefined ? wanted : join(tmpdir(), `laurel-${shortHash(wanted)}`);
  mkdirSync(path, { recursive: true, mode: 0o755 });
  const moved = closed && `${closed} is closed to the user that Postgres runs as: the data lies in ${path}`;
  return { path, moved };
}

/** The nearest directory at or above `path` that other users may not enter. */
export function closedParent(path: string): string | undefined {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  if (mode !== undefined && (mode & 0o001) === 0) return path;
  const parent = dirname(path);
  return parent === path ? undefined : closedParent(parent);
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}
