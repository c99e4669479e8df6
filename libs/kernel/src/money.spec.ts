import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decimalsOf, formatMinor, isCurrency, moneyFromWire, moneyToWire, parseMinor, toCurrency } from './money.ts';

describe('money', () => {
  it.each([
    ['USD', '28.75', 2875n],
    ['USD', '28.7', 2870n],
    ['USD', '-0.05', -5n],
    ['JPY', '2875', 2875n],
    ['KWD', '1.005', 1005n],
  ])('reads %s %s as %s minor units', (code, amount, minor) => {
    expect(moneyFromWire({ amount, currency: code })).toEqual({ minor, currency: code });
  });

  it.each([
    ['JPY', '1.0'],
    ['USD', '1.005'],
    ['USD', '1e3'],
    ['USD', '+1'],
    ['USD', '1,000'],
    ['USD', ''],
    ['USD', '.5'],
  ])('refuses %s %p', (code, amount) => {
    expect(() => moneyFromWire({ amount, currency: code })).toThrow(RangeError);
  });

  it('knows only currencies of ISO 4217', () => {
    expect(isCurrency('USD')).toBe(true);
    expect(isCurrency('usd')).toBe(false);
    expect(() => toCurrency('XXQ')).toThrow(RangeError);
    expect(decimalsOf(toCurrency('KWD'))).toBe(3);
  });

  it('writes every amount so that it reads back the same', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.constantFrom('USD', 'JPY', 'KWD'), (minor, code) => {
        const money = { minor, currency: toCurrency(code) };
        expect(moneyFromWire(moneyToWire(money))).toEqual(money);
        expect(parseMinor(formatMinor(minor, decimalsOf(money.currency)), decimalsOf(money.currency))).toBe(minor);
      }),
    );
  });
});
