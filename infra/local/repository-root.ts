import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where package.json lies: this file runs from the sources (Jest) and from dist/ alike. */
export const REPOSITORY_ROOT = find(import.meta.dirname);

function find(directory: string): string {
  if (existsSync(join(directory, 'package.json'))) return directory;
  const parent = dirname(directory);
  if (parent === directory) throw new Error(`no package.json above ${import.meta.dirname}`);
  return find(parent);
}
