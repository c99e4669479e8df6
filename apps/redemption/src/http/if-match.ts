import { LaurelError } from '#libs/contracts';

/** The ETag of a version: the version itself. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/** @throws LaurelError precondition.required without the header, precondition.failed for what is no version's tag */
export function versionOf(ifMatch: string | undefined): number {
  if (ifMatch === undefined) {
    throw new LaurelError('precondition.required', 'a change names the version it was made for: If-Match');
  }
  const version = /^(?:W\/)?"(\d{1,15})"$/.exec(ifMatch.trim())?.[1];
  if (version === undefined) throw new LaurelError('precondition.failed', 'If-Match is not the ETag of a version');
  return Number(version);
}
