import { describe, expect, it } from '@jest/globals';
import { tokenRequests } from './token-request.ts';

const CLIENT = '0198c0de-0000-7000-8000-000000000001';

describe('npm run token', () => {
  it('asks for one token without --sub', () => {
    expect(tokenRequests(['--role', 'operator'])).toEqual([{ role: 'operator' }]);
    expect(tokenRequests(['--role', 'admin', '--client', CLIENT])).toEqual([{ role: 'admin', clientId: CLIENT }]);
  });

  it('asks for a token a --sub, in their order', () => {
    const requests = tokenRequests(['--role', 'creator', '--client', CLIENT, '--sub', 'b', '--sub', 'a']);
    expect(requests.map(({ sub }) => sub)).toEqual(['b', 'a']);
  });

  it.each([
    [[], '--role must be'],
    [['--role', 'king'], '--role must be'],
    [['--role', 'admin'], 'needs --client'],
    [['--role', 'creator', '--client', CLIENT], 'needs --sub'],
    [['--role', 'operator', '--client', CLIENT], 'belongs to no client'],
    [['--rolle', 'operator'], '--rolle'],
  ])('refuses %j and shows the usage', (args, fault) => {
    expect(() => tokenRequests(args)).toThrow(fault);
    expect(() => tokenRequests(args)).toThrow('npm run --silent token');
  });
});
