import { describe, expect, it } from '@jest/globals';
import { toCurrency } from '#libs/kernel';
import { aProgram, day } from '../../../test/creator-history.ts';
import { countedInWords, dateInWords, periodInWords, valueInWords } from './words.ts';

describe('dates', () => {
  it.each([
    ['2025-05-15', '15 May 2025'],
    ['2024-02-29', '29 Feb 2024'],
    ['2025-12-01', '1 Dec 2025'],
  ])('%s is %s', (date, words) => expect(dateInWords(day(date))).toBe(words));

  it.each([
    ['2025-01-15', '2025-05-15', '15 Jan–14 May 2025'],
    ['2024-10-31', '2025-02-28', '31 Oct 2024–27 Feb 2025'],
    ['2025-01-15', '2025-01-16', '15 Jan 2025'],
  ])('the window [%s, %s) is %s: both days said are in it', (from, to, words) => {
    expect(periodInWords(day(from), day(to))).toBe(words);
  });
});

describe('values', () => {
  it.each([
    ['USD', 125_000n, '$1,250.00'],
    ['USD', -5n, '-$0.05'],
    ['USD', 9_007_199_254_740_993_99n, '$9,007,199,254,740,993.99'],
    ['EUR', 125_050n, '€1,250.50'],
    ['JPY', 1_250n, '¥1,250'],
    ['KWD', 1_250_500n, 'KWD\u00a01,250.500'],
  ])('of %s have the currency and its decimals: %s is %s', (currency, value, words) => {
    expect(valueInWords(value, aProgram({ metric: 'sales', currency: toCurrency(currency) }))).toBe(words);
  });

  it.each([
    [1_250n, '1,250 units'],
    [1n, '1 unit'],
    [-1n, '-1 unit'],
    [0n, '0 units'],
  ])('of units say so: %s is %s', (value, words) => expect(valueInWords(value, aProgram())).toBe(words));

  it('that are money say what for', () => {
    expect(countedInWords(5_000n, aProgram({ metric: 'sales' }))).toBe('$50.00 of sales');
    expect(countedInWords(5_000n, aProgram())).toBe('5,000 units');
  });
});
