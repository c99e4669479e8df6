import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { asId, type ClientId, type CreatorId } from '#libs/kernel';
import fc from 'fast-check';
import { AccountVault, SealBrokenError, type Sealed, type SealedPlace } from './account-vault.ts';
import { configuredKey } from './key-provider.ts';

const id = (last: number) => `00000000-0000-7000-8000-${String(last).padStart(12, '0')}`;
const place: SealedPlace = {
  clientId: asId<ClientId>(id(1)),
  creatorId: asId<CreatorId>(id(2)),
  field: 'payment_detail.account/1',
};
const vault = new AccountVault(configuredKey(randomBytes(32)));

describe('a sealed account', () => {
  it('opens where it was sealed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(vault.open(vault.seal(text, place), place)).toBe(text.toWellFormed());
      }),
    );
  });

  it('never looks the same twice', () => {
    expect(vault.seal('jane@example.com', place).bytes.equals(vault.seal('jane@example.com', place).bytes)).toBe(false);
  });

  it.each([
    ['client', { ...place, clientId: asId<ClientId>(id(9)) }],
    ['creator', { ...place, creatorId: asId<CreatorId>(id(9)) }],
    ['field', { ...place, field: 'payment_detail.account/2' }],
  ])('does not open for another %s', (_what, elsewhere) => {
    const sealed = vault.seal('jane@example.com', place);
    expect(() => vault.open(sealed, elsewhere)).toThrow(SealBrokenError);
  });

  it('does not open when any one byte is changed', () => {
    const { keyId, bytes } = vault.seal('jane@example.com', place);
    for (let index = 0; index < bytes.length; index++) {
      const altered = Buffer.from(bytes);
      altered[index] = (altered[index] ?? 0) ^ 1;
      expect(() => vault.open({ keyId, bytes: altered }, place)).toThrow(SealBrokenError);
    }
  });

  it('does not open when it is cut, or sealed with another key, and the error tells nothing of it', () => {
    const sealed = vault.seal('jane@example.com', place);
    const cut: Sealed[] = [0, 1, 13, 28, sealed.bytes.length - 1].map((length) => ({
      keyId: sealed.keyId,
      bytes: sealed.bytes.subarray(0, length),
    }));
    for (const broken of cut) expect(() => vault.open(broken, place)).toThrow(SealBrokenError);
    const stranger = new AccountVault(configuredKey(randomBytes(32)));
    expect(() => stranger.open(sealed, place)).toThrow(/does not open$/);
  });
});
