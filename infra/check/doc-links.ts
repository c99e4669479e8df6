import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import type { Fault } from './fault.ts';

/** Links between documents, and files that are named in `code` from the root or from where the document stands. */
const LINK = /\]\(([^)#\s]+)(?:#[^)]*)?\)/g;
const NAMED = /`((?:apps|libs|infra|docs|test)\/[\w./-]+)`/g;

export function brokenReferences(path: string, text: string, isThere: (path: string) => boolean): Fault[] {
  const links = [...text.matchAll(LINK)]
    .map(([, target]) => target ?? '')
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => normalize(join(dirname(path), target)));
  const named = [...text.matchAll(NAMED)].map(([, target]) => target ?? '');
  return [...new Set([...links, ...named])]
    .filter((target) => !isThere(target) && !isThere(join(dirname(path), target)))
    .map((target) => ({ rule: 'documents-name-what-is-there', place: path, message: `there is no ${target}` }));
}

/** Every document that is written by hand. */
export function brokenDocuments(): Fault[] {
  return globSync(['README.md', 'docs/*.md', 'docs/{adr,runbooks}/*.md', '{apps,libs,infra}/*/README.md']).flatMap(
    (path) => brokenReferences(path, readFileSync(path, 'utf8'), existsSync),
  );
}
