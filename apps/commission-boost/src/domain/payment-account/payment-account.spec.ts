import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maskAccount, readPaymentAccount } from './payment-account.ts';

describe('a payment account', () => {
  it.each([
    ['paypal', 'jane.doe@example.com'],
    ['paypal', 'j+payout@mail.example.co.uk'],
    ['venmo', '@abcde'],
    ['venmo', `@${'a'.repeat(30)}`],
    ['venmo', '@Jane-Doe_99'],
  ] as const)('%s takes %s', (method, account) => {
    expect(readPaymentAccount(method, ` ${account} `, account)).toEqual({ method, account });
  });

  it.each([
    '',
    'jane',
    'jane@',
    '@example.com',
    'jane@example',
    'a b@example.com',
    'a@b@example.com',
    'a@ex..com',
    '+tag@x.com',
    '=a@x.com',
    '-a@x.com',
    '＝a@x.com',
    '@a@x.com',
  ])('paypal refuses %p', (account) =>
    expect(readPaymentAccount('paypal', account, account)).toEqual({ fault: 'not_an_email' }),
  );

  it.each(['abcde', '@abcd', `@${'a'.repeat(31)}`, '@jane doe', '@jane.doe', '@', ''])('venmo refuses %p', (account) =>
    expect(readPaymentAccount('venmo', account, account)).toEqual({ fault: 'not_a_venmo_name' }),
  );

  it('has to be typed the same twice', () => {
    expect(readPaymentAccount('venmo', '@abcdef', '@abcdeg')).toEqual({ fault: 'not_the_same_twice' });
  });
});

describe('the mask', () => {
  it('leaves `j***@example.com` and `@abc***`', () => {
    expect(maskAccount({ method: 'paypal', account: 'jane.doe@example.com' })).toBe('j***@example.com');
    expect(maskAccount({ method: 'venmo', account: '@abcdef' })).toBe('@abc***');
  });

  it('never shows a name, and does not tell its length', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{5,30}$/), (name) => {
        expect(maskAccount({ method: 'venmo', account: `@${name}` })).toHaveLength('@abc***'.length);
        expect(maskAccount({ method: 'paypal', account: `${name}@example.com` })).toHaveLength(
          'j***@example.com'.length,
        );
      }),
    );
  });
});
