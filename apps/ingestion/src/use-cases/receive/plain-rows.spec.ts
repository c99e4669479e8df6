import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import Papa from 'papaparse';
import { takePlainRows } from './plain-rows.ts';

const LONGEST = 1_000;
const take = (text: string) => takePlainRows(text, 1, LONGEST);

const isBlank = (cells: readonly string[]) => cells.length === 1 && cells[0]?.trim() === '';

/** The parser leaves the return of a line end in its last field. */
const trimmed = (cells: readonly string[]) => [...cells.slice(0, -1), (cells.at(-1) ?? '').replace(/\r+$/, '')];

/** The complete rows of a text as the parser reads them, without those of one empty field: they may be blank lines. */
function parsed(text: string): string[][] {
  const parser = new Papa.Parser({ delimiter: ',', newline: '\n', quoteChar: '"' });
  const { data } = parser.parse(text, 0, true) as Papa.ParseResult<string[]>;
  return data.map(trimmed).filter((cells) => !isBlank(cells));
}

describe('plain rows', () => {
  it('are taken with their lines and their text', () => {
    expect(take('a,b\r\n\n"x\ny","4 ""q"""\nc,"d"\r\ne')).toEqual({
      rows: [
        { line: 1, cells: ['a', 'b'], raw: 'a,b' },
        { line: 3, cells: ['x\ny', '4 "q"'], raw: '"x\ny","4 ""q"""' },
        { line: 5, cells: ['c', 'd'], raw: 'c,"d"' },
      ],
      end: 29,
      lines: 5,
    });
  });

  it.each([
    ['an open quote', 'a\n"b,c\nd\n', 2],
    ['text behind a quote', 'a\n"b"c,d\n', 2],
    ['a space behind a quote', 'a\n"b" ,d\n', 2],
    ['a return behind a quote', 'a\n"b"\rc\n', 2],
    ['a row that is too long', `a\n${'b'.repeat(LONGEST)}\n`, 2],
    ['a row without its end', 'a\nb', 2],
  ])('end at %s', (_, text, end) => {
    expect(take(text)).toMatchObject({ rows: [{ cells: ['a'] }], end, lines: 1 });
  });

  it('are what the parser reads, as far as they go', () => {
    const piece = fc.constantFrom(
      '"',
      '"',
      ',',
      ',',
      '\n',
      '\r\n',
      '\r',
      'a',
      'b c',
      ' ',
      '""',
      '",',
      ',"',
      '"\n',
      'é🧴',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        const text = pieces.join('');
        const { rows, end, lines } = take(text);
        const taken = rows.map(({ cells }) => trimmed(cells)).filter((cells) => !isBlank(cells));
        expect([...taken, ...parsed(text.slice(end))]).toEqual(parsed(text));
        expect(lines).toBe(text.slice(0, end).split('\n').length - 1);
      }),
      { numRuns: 5_000 },
    );
  });
});
