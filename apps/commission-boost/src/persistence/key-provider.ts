import { createHash } from 'node:crypto';

/**
 * Where the keys that seal payment accounts come from. A sealed value names its key, so that keys can be replaced while
 * old values still open.
 */
export interface KeyProvider {
  /** Names the key that new values are sealed with. */
  readonly currentKeyId: string;
  /** 32 bytes. @throws Error when there is no such key (any more) */
  key(keyId: string): Buffer;
}

/** The token under which the module provides the service's KeyProvider. */
export const KEY_PROVIDER = Symbol('KeyProvider');

/** One key, from the configuration. Its id is a digest of it: it tells keys apart and gives nothing away. */
export function configuredKey(key: Buffer): KeyProvider {
  const currentKeyId = createHash('sha256').update('laurel payment key').update(key).digest('hex').slice(0, 16);
  return {
    currentKeyId,
    key: (keyId) => {
      if (keyId !== currentKeyId) throw new Error(`there is no payment key ${keyId}`);
      return key;
    },
  };
}
