import type { ExpectedVersion } from '../use-cases/assess-program-change.ts';

export function etagOf(version: number): string {
  return `"${version}"`;
}

/** A tag that no version has is 0: it matches nothing. */
export function readIfMatch(header: string | undefined): ExpectedVersion {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return 'any';
  const match = /^(?:W\/)?"(\d{1,9})"$/.exec(header.trim());
  return match === null ? 0 : Number(match[1]);
}
