import { createHash } from 'node:crypto';
import type { ClientId } from '#libs/kernel';
import { decrypt, encrypt, type SealedPlace } from '#libs/secrets';

/** The token under which the module provides the former seal; undefined where its key is not configured. */
export const FORMER_SEAL = Symbol('FormerSeal');

const LAYOUT = 1;

/**
 * How accounts were sealed before creators had data keys: all of them with one key, which each row names. Such rows are
 * opened until they are sealed anew, which the service does by itself.
 */
export class FormerSeal {
  readonly keyId: string;
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
    this.keyId = createHash('sha256').update('laurel payment key').update(key).digest('hex').slice(0, 16);
  }

  seal(text: string, clientId: ClientId, place: SealedPlace): Buffer {
    return encrypt({ key: this.#key, binding: bindingOf(clientId, place), layout: LAYOUT }, Buffer.from(text));
  }

  /** @throws Error when it is not, byte for byte, what was sealed with this key for this place */
  open(sealed: { readonly keyId: string; readonly bytes: Buffer }, clientId: ClientId, place: SealedPlace): string {
    if (sealed.keyId !== this.keyId) throw new Error(`there is no payment key ${sealed.keyId}`);
    const lock = { key: this.#key, binding: bindingOf(clientId, place), layout: LAYOUT };
    return decrypt(lock, sealed.bytes).toString('utf8');
  }
}

function bindingOf(clientId: ClientId, place: SealedPlace): Buffer {
  return Buffer.from(JSON.stringify(['laurel', LAYOUT, clientId, place.creatorId, place.field]), 'utf8');
}
