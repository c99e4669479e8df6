import { hash } from 'node:crypto';

/** The first 16 bytes of SHA-256 of the canonical URL, as 32 hexadecimal digits that Postgres reads as a uuid. */
export function videoKeyOf(canonicalUrl: string): string {
  return hash('sha256', canonicalUrl, 'hex').slice(0, 32);
}
