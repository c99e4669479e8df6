import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface Lock {
  /** 32 bytes. */
  readonly key: Buffer;
  /** Authenticated with the plaintext and not stored: under another binding it does not open. */
  readonly binding: Buffer;
  /** The first byte of what is stored. */
  readonly layout: number;
}

/** AES-256-GCM: layout (1 byte), nonce (12, random), ciphertext, tag (16). */
export function encrypt({ key, binding, layout }: Lock, plaintext: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(binding);
  return Buffer.concat([Buffer.of(layout), nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error when it is not, byte for byte, what was encrypted with this key for this binding */
export function decrypt({ key, binding, layout }: Lock, bytes: Buffer): Buffer {
  if (bytes[0] !== layout) throw new Error(`unknown layout ${bytes[0]}`);
  const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(binding);
  decipher.setAuthTag(bytes.subarray(Math.max(1 + NONCE_BYTES, bytes.length - TAG_BYTES)));
  const ciphertext = bytes.subarray(1 + NONCE_BYTES, -TAG_BYTES);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
}
