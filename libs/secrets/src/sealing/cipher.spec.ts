import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decrypt, encrypt } from './cipher.ts';

const lock = { key: randomBytes(32), binding: Buffer.from('here'), layout: 2 };
const plaintext = Buffer.from('12 Cherry Lane');

describe('what is encrypted', () => {
  it('opens under the same key and binding', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (bytes, binding) => {
        const own = { ...lock, binding: Buffer.from(binding) };
        expect(decrypt(own, encrypt(own, Buffer.from(bytes))).equals(Buffer.from(bytes))).toBe(true);
      }),
    );
  });

  it('never looks the same twice, and shows nothing of itself', () => {
    const [first, second] = [encrypt(lock, plaintext), encrypt(lock, plaintext)];
    expect(first.equals(second)).toBe(false);
    expect(first.includes('Cherry')).toBe(false);
  });

  it.each([
    ['key', { ...lock, key: randomBytes(32) }],
    ['binding', { ...lock, binding: Buffer.from('there') }],
    ['layout', { ...lock, layout: 1 }],
  ])('does not open under another %s', (_what, other) => {
    expect(() => decrypt(other, encrypt(lock, plaintext))).toThrow();
  });

  it('does not open when any one bit of any byte is changed', () => {
    const bytes = encrypt(lock, plaintext);
    for (let index = 0; index < bytes.length; index++) {
      const altered = Buffer.from(bytes);
      altered[index] = (altered[index] ?? 0) ^ (1 << (index % 8));
      expect(() => decrypt(lock, altered)).toThrow();
    }
  });

  it('does not open when it is cut anywhere, or prolonged', () => {
    const bytes = encrypt(lock, plaintext);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decrypt(lock, bytes.subarray(0, length))).toThrow();
    }
    expect(() => decrypt(lock, Buffer.concat([bytes, Buffer.of(0)]))).toThrow();
  });
});
