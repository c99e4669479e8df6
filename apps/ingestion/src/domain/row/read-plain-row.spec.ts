import { toCalendarDate } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { COLUMNS, readHeader } from './columns.ts';
import { readPlainRow } from './read-plain-row.ts';
import { readRow, type FileTerms } from './read-row.ts';

const terms: FileTerms = { businessDate: toCalendarDate('2026-03-31'), decimals: 2 };
const reading = readHeader(COLUMNS);
if (reading.kind !== 'header') throw new Error('the header of the tests is none');
const { header } = reading;

const PLAIN: Readonly<Record<(typeof COLUMNS)[number], string>> = {
  Handle: '@ana.bay_1',
  Video: 'https://www.tiktok.com/@ana.bay_1/video/7159?lang=en',
  Views: '12272',
  Likes: '0',
  Comments: '18',
  'Units Sold': '3',
  GMV: '70.56',
  CTR: '2.77%',
  'Post Date': '2025-12-17',
  'Video Title': 'glow, and more 📈',
};
const cellsOf = (changed: Partial<typeof PLAIN>) => COLUMNS.map((column) => ({ ...PLAIN, ...changed })[column]);
const inWords = (row: object | undefined) =>
  row && Object.fromEntries(Object.entries(row).map(([k, v]) => [k, String(v)]));

/** What is nearly plain, in every way that it may not be. */
const NEARLY: Readonly<Partial<Record<keyof typeof PLAIN, readonly string[]>>> = {
  Handle: [
    'ana',
    '@',
    '',
    '@@ana',
    'Ana',
    ' ana',
    'ana ',
    'a'.repeat(30),
    'a'.repeat(31),
    `@${'a'.repeat(30)}`,
    'an-a',
    'ana\n',
  ],
  Video: [
    'https://tiktok.com/a',
    'https://m.tiktok.com/a',
    'https://www.m.tiktok.com/a',
    'https://www.com/a',
    'http://x.co/a',
    'https://www.tiktok.com',
    'https://www.tiktok.com/',
    'https://www.tiktok.com/a/',
    'https://www.tiktok.com/a/?x',
    'https://www.tiktok.com/a/../b',
    'https://www.tiktok.com/.a',
    'https://www.tiktok.com/a.b',
    'https://www.tiktok.com/a b',
    'https://www.tiktok.com/a#b',
    'https://www.tiktok.com/a?b\nc',
    'https://www.tiktok.com/a?é',
    'https://www.TikTok.com/A',
    'https://x..co/a',
    'https://.co/a',
    'https://x.c0/a',
    'https://1.2.3.4/a',
    'https://x-y.co/a',
    'https://x.co:80/a',
    'https://xn--x.co/a',
    'https://co/a',
    'https://x.co//a',
    'https://x.co/a%41',
    'https://x.co/~a@b',
    'https://x.co/a\\b',
  ],
  Views: ['', '00', '007', '1,000', '-1', '1.0', '1.2K', ' 1', '1'.repeat(12), '1'.repeat(13), '１', '1000000000000'],
  'Units Sold': ['-3', '+3', '0003'],
  GMV: [
    '.50',
    '0.5',
    '5',
    '1.234',
    '$1.00',
    '1,234.50',
    '-1.00',
    '0.00',
    '000.01',
    '9999999999.99',
    '99999999999.99',
    '1.2.3',
    'N/A',
    '',
  ],
  CTR: ['', '%', '1', '.5%', 'x'],
  'Post Date': [
    '2026-03-31',
    '2026-04-01',
    '2025-02-28',
    '2025-02-29',
    '2025-02-31',
    '0000-01-01',
    '2025-13-01',
    '2025-00-10',
    '2025-1-01',
    ' 2025-01-01',
  ],
  'Video Title': ['', 'x'.repeat(2_200), 'x'.repeat(2_201), '🧴'.repeat(1_200)],
};

describe('a plain row', () => {
  it('is read as the rule reads it', () => {
    const row = readPlainRow(cellsOf({}), header, terms);
    expect(row).toMatchObject({ handle: 'ana.bay_1', videoUrl: 'tiktok.com/@ana.bay_1/video/7159', gmvMinor: '7056' });
    expect(inWords(row)).toEqual(inWords(readRow(cellsOf({}), header, terms)));
  });

  it.each(Object.entries(NEARLY).flatMap(([column, texts]) => texts.map((text) => [column, text] as const)))(
    'is read no other way with %s = %j',
    (column, text) => agree(cellsOf({ [column]: text }), terms),
  );

  it('has all its fields', () => {
    expect(readPlainRow([...cellsOf({}), ''], header, terms)).toBeUndefined();
    expect(readPlainRow(cellsOf({}).slice(1), header, terms)).toBeUndefined();
  });

  it('is read as the rule reads it, whatever stands in it, in any currency', () => {
    const texts = [...new Set([...Object.values(PLAIN), ...Object.values(NEARLY).flat()])];
    const piece = fc.constantFrom(
      '0',
      '7',
      '.',
      ',',
      '-',
      '$',
      '/',
      '@',
      ':',
      '?',
      'a',
      'Z',
      ' ',
      'www.',
      'https://',
      'é',
    );
    const cell = fc.oneof(
      fc.constantFrom(...texts),
      fc.array(piece, { maxLength: 6 }).map((parts) => parts.join('')),
    );
    const odd = fc.dictionary(fc.constantFrom(...COLUMNS), cell, { maxKeys: 3 });
    fc.assert(
      fc.property(odd, fc.constantFrom(0, 2, 3), (changed, decimals) =>
        agree(cellsOf(changed), { ...terms, decimals }),
      ),
      { numRuns: 2_000 },
    );
  });
});

function agree(cells: readonly string[], against: FileTerms): void {
  const plain = readPlainRow(cells, header, against);
  if (plain === undefined) return;
  const { views, likes, comments, gmvMinor, units, ...others } = plain;
  const figures = { views: BigInt(views), likes: BigInt(likes), comments: BigInt(comments) };
  expect({ ...others, ...figures, gmvMinor: BigInt(gmvMinor), units: BigInt(units) }).toEqual(
    readRow(cells, header, against),
  );
}
