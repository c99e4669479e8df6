/** Before the first statement of a client. */
export const NO_HASH = '0'.repeat(64);

/** The last link of a client's chain of statements; position 0 while there is none. */
export interface ChainHead {
  readonly position: number;
  readonly hash: string;
}

/**
 * The text whose SHA-256 is the hash of a link. The digest binds the document, with the client, the boost and the version
 * that it names; the former hash binds everything before it.
 */
export function linkText(position: number, previous: string, digest: string): string {
  return `laurel-chain/1\n${position}\n${previous}\n${digest}`;
}

/** The text whose SHA-256 stands in a statement for a reason: the salt has one length, so no two pairs are one text. */
export function reasonText(salt: string, reason: string): string {
  return `${salt}:${reason}`;
}
