import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { ClientId, CreatorId } from '#libs/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { KEY_PROVIDER, type KeyProvider } from './key-provider.ts';

/** The place a value belongs to. It is authenticated with the value: moved anywhere else, the ciphertext does not open. */
export interface SealedPlace {
  readonly clientId: ClientId;
  readonly creatorId: CreatorId;
  /** Table, column and row: `payment_detail.account/<boostId>/<version>`. */
  readonly field: string;
}

export interface Sealed {
  readonly keyId: string;
  /** Layout version (1 byte), nonce (12), ciphertext, tag (16). */
  readonly bytes: Buffer;
}

/** A sealed value was altered, cut, moved to another place, or sealed with another key. Says nothing about the value. */
export class SealBrokenError extends Error {
  constructor(place: SealedPlace, cause: unknown) {
    super(`the sealed ${place.field} of creator ${place.creatorId} does not open`, { cause });
    this.name = 'SealBrokenError';
  }
}

const LAYOUT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM with a random nonce a value. */
@Injectable()
export class AccountVault {
  readonly #keys: KeyProvider;

  constructor(@Inject(KEY_PROVIDER) keys: KeyProvider) {
    this.#keys = keys;
  }

  seal(plaintext: string, place: SealedPlace): Sealed {
    const keyId = this.#keys.currentKeyId;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#keys.key(keyId), nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(bindingOf(place));
    const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
    return { keyId, bytes: Buffer.concat([Buffer.of(LAYOUT), nonce, ciphertext, cipher.getAuthTag()]) };
  }

  /** @throws SealBrokenError when it is not, byte for byte, what was sealed for this place */
  open({ keyId, bytes }: Sealed, place: SealedPlace): string {
    try {
      if (bytes[0] !== LAYOUT) throw new Error(`unknown layout ${bytes[0]}`);
      const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', this.#keys.key(keyId), nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(bindingOf(place));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const ciphertext = bytes.subarray(1 + NONCE_BYTES, -TAG_BYTES);
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
    } catch (error) {
      throw new SealBrokenError(place, error);
    }
  }
}

function bindingOf(place: SealedPlace): Buffer {
  return Buffer.from(JSON.stringify(['laurel', LAYOUT, place.clientId, place.creatorId, place.field]), 'utf8');
}
