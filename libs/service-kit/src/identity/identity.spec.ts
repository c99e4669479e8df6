import { describe, expect, it } from '@jest/globals';
import { LaurelError } from '#libs/contracts';
import { asId, type ClientId } from '#libs/kernel';
import { assertOwn, identityFromClaims, tenantOf, type Identity } from './identity.ts';

const CLIENT = asId<ClientId>('00000000-0000-4000-8000-00000000000c');
const CREATOR = '00000000-0000-4000-8000-0000000000c1';
const OTHER = '00000000-0000-4000-8000-0000000000c2';

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof LaurelError) return error.code;
    throw error;
  }
  return 'none';
}

describe('the claims of a token', () => {
  it.each<[Record<string, unknown>, Identity]>([
    [
      { role: 'operator', sub: 'ops' },
      { role: 'operator', subject: 'ops', clientId: null },
    ],
    [
      { role: 'operator', sub: 'ops', client_id: CLIENT },
      { role: 'operator', subject: 'ops', clientId: null },
    ],
    [
      { role: 'admin', sub: 'a', client_id: CLIENT },
      { role: 'admin', subject: 'a', clientId: CLIENT },
    ],
    [
      { role: 'creator', sub: CREATOR, client_id: CLIENT },
      { role: 'creator', subject: CREATOR, clientId: CLIENT },
    ],
  ])('%j', (claims, identity) => {
    expect(identityFromClaims(claims)).toEqual(identity);
  });

  it.each([
    { sub: 'a', client_id: CLIENT },
    { role: 'root', sub: 'a', client_id: CLIENT },
    { role: 'admin', client_id: CLIENT },
    { role: 'admin', sub: '', client_id: CLIENT },
    { role: 'admin', sub: 'a' },
    { role: 'admin', sub: 'a', client_id: 'acme' },
    { role: 'admin', sub: 'a', client_id: [CLIENT] },
    { role: 'creator', sub: 'handle', client_id: CLIENT },
  ])('%j are refused', (claims) => {
    expect(codeOf(() => identityFromClaims(claims))).toBe('unauthenticated');
  });
});

describe('what an identity may see', () => {
  const admin: Identity = { role: 'admin', subject: 'a', clientId: CLIENT };
  const creator: Identity = { role: 'creator', subject: CREATOR, clientId: CLIENT };

  it('is a client’s, which an operator has none of', () => {
    expect(tenantOf(admin)).toBe(CLIENT);
    expect(codeOf(() => tenantOf({ role: 'operator', subject: 'o', clientId: null }))).toBe('forbidden');
  });

  it('is any creator for an admin, itself alone for a creator', () => {
    expect(codeOf(() => assertOwn(admin, OTHER))).toBe('none');
    expect(codeOf(() => assertOwn(creator, CREATOR))).toBe('none');
    expect(codeOf(() => assertOwn(creator, OTHER))).toBe('not_found');
  });
});
