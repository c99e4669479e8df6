import { asId, type ClientId, type CreatorId } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import { bindingOfKey, bindingOfValue } from './sealed-place.ts';

const idOf = (letter: string) => `${letter.repeat(8)}-0000-4000-8000-000000000001`;
const clientId = asId<ClientId>(idOf('a'));
const otherClient = asId<ClientId>(idOf('b'));
const creatorId = asId<CreatorId>(idOf('c'));
const other = asId<CreatorId>(idOf('d'));

describe('what a ciphertext is bound to', () => {
  it('tells client, creator and field of a value apart, however they are put together', () => {
    const bindings = [
      bindingOfValue(clientId, { creatorId: creatorId, field: 'a/1' }),
      bindingOfValue(otherClient, { creatorId: creatorId, field: 'a/1' }),
      bindingOfValue(clientId, { creatorId: other, field: 'a/1' }),
      bindingOfValue(clientId, { creatorId: creatorId, field: 'a/2' }),
      bindingOfValue(clientId, { creatorId: creatorId, field: 'a' }),
    ];
    expect(new Set(bindings.map(String)).size).toBe(5);
  });

  it('tells service, client and creator of a data key apart, and keys from values', () => {
    const bindings = [
      bindingOfKey('redemption', clientId, creatorId),
      bindingOfKey('commission_boost', clientId, creatorId),
      bindingOfKey('redemption', otherClient, creatorId),
      bindingOfKey('redemption', clientId, other),
      bindingOfValue(clientId, { creatorId: creatorId, field: 'redemption' }),
    ];
    expect(new Set(bindings.map(String)).size).toBe(5);
  });

  it('does not mind how an id is written', () => {
    const loud = creatorId.toUpperCase() as CreatorId;
    expect(bindingOfKey('redemption', clientId, loud)).toEqual(bindingOfKey('redemption', clientId, creatorId));
  });
});
