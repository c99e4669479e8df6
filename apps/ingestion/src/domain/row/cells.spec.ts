import { describe, expect, it } from '@jest/globals';
import { isClickThroughRate, isTitle, readCount, readGmv } from './cells.ts';

describe('Views, Likes, Comments', () => {
  it.each([
    ['0', 0n],
    ['144817', 144_817n],
    ['11,380', 11_380n],
    ['1,234,567', 1_234_567n],
    [' 7 ', 7n],
    ['999999999999', 999_999_999_999n],
    ['1000000000000', 1_000_000_000_000n],
  ])('%p is %p', (cell, count) => {
    expect(readCount(cell, false)).toBe(count);
  });

  it.each(['', ' ', '1.5', '1.2K', '-1', '+1', '1,23', '12,3456', ',123', '1e3', 'N/A', '1000000000001', '1 000', '٣'])(
    '%p is quarantined',
    (cell) => {
      expect(readCount(cell, false)).toBeUndefined();
    },
  );
});

describe('Units Sold', () => {
  it.each([
    ['-3', -3n],
    ['-1,234', -1_234n],
    ['5', 5n],
    ['-1000000000000', -1_000_000_000_000n],
  ])('may be negative: %p', (cell, units) => {
    expect(readCount(cell, true)).toBe(units);
  });

  it.each(['--3', '+3', '- 3', '-', '-1.5', '-1000000000001'])('%p is quarantined', (cell) => {
    expect(readCount(cell, true)).toBeUndefined();
  });
});

describe('GMV', () => {
  it.each([
    ['32.78', 3_278n],
    ['$1,195.44', 119_544n],
    ['-$5', -500n],
    ['$-5.5', -550n],
    ['-5.05', -505n],
    ['0', 0n],
    ['-0', 0n],
    ['9999999999.99', 999_999_999_999n],
    ['10000000000.00', 1_000_000_000_000n],
    ['-10,000,000,000.00', -1_000_000_000_000n],
  ])('%p is %p cents', (cell, minor) => {
    expect(readGmv(cell, 2)).toBe(minor);
  });

  it.each([
    '',
    'N/A',
    '1.234',
    '10000000000.01',
    '-10000000000.01',
    '5.',
    '.5',
    '+5',
    '-$-5',
    '$',
    '€5',
    '1,2.3',
    '1e3',
    '5 USD',
  ])('%p is quarantined', (cell) => {
    expect(readGmv(cell, 2)).toBeUndefined();
  });

  it('takes the decimals of the currency: none for JPY, three for KWD', () => {
    expect([readGmv('2875', 0), readGmv('2875.0', 0), readGmv('1.234', 3)]).toEqual([2_875n, undefined, 1_234n]);
  });
});

describe('CTR and Video Title', () => {
  it.each(['', ' ', '3.47', '6.00%', '0.81 %', '.5', '12'])('CTR %p is accepted', (cell) => {
    expect(isClickThroughRate(cell)).toBe(true);
  });
  it.each(['N/A', 'high', '3,47', '%', '-1', '1.2.3'])('CTR %p is quarantined', (cell) => {
    expect(isClickThroughRate(cell)).toBe(false);
  });
  it('a title has up to 2,200 characters, of whatever script', () => {
    expect(isTitle('x'.repeat(2_200)) && isTitle('🧴'.repeat(2_200)) && isTitle('')).toBe(true);
    expect(isTitle('x'.repeat(2_201)) || isTitle('🧴'.repeat(2_201))).toBe(false);
  });
});
