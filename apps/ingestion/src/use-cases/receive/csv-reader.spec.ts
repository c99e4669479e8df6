import { LaurelError } from '#libs/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CsvReader, type CsvRow } from './csv-reader.ts';

function read(bytes: Buffer, pieceBytes = bytes.length || 1): CsvRow[] {
  const reader = new CsvReader();
  const rows: CsvRow[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) rows.push(...reader.push(bytes.subarray(at, at + pieceBytes)));
  return [...rows, ...reader.end()];
}
const readText = (text: string, pieceBytes?: number) => read(Buffer.from(text), pieceBytes);

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof LaurelError && error.code === 'sync.invalid_file') return error.message;
    throw error;
  }
  return 'accepted';
}

describe('reading a CSV', () => {
  it('numbers lines and keeps the raw text, also of rows over several lines', () => {
    expect(readText('a,b\n"x\ny",2\n\n3,"4 ""q"""\n')).toEqual([
      { line: 1, cells: ['a', 'b'], raw: 'a,b' },
      { line: 2, cells: ['x\ny', '2'], raw: '"x\ny",2' },
      { line: 5, cells: ['3', '4 "q"'], raw: '3,"4 ""q"""' },
    ]);
  });

  it('takes a BOM, CRLF and a last line without end', () => {
    expect(readText('\uFEFFa,b\r\n1,"2"\r\n3,4').map((row) => row.cells)).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  it('passes over blank lines, which count as lines', () => {
    expect(readText('\r\na\n  \nb\n').map((row) => [row.line, row.raw])).toEqual([
      [2, 'a'],
      [4, 'b'],
    ]);
  });

  it('reads the same however the bytes are cut', () => {
    const cell = fc.oneof(fc.constantFrom('', 'a', '1,5', 'x\ny', 'q"q', '🧴é', ' s '), fc.string({ maxLength: 6 }));
    const sane = cell.map((text) => text.replaceAll(/[\0\r]/g, ''));
    const table = fc.array(fc.array(sane, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 9 }), fc.constantFrom('\n', '\r\n'), (rows, size, end) => {
        const text = rows.map((cells) => cells.map((c) => `"${c.replaceAll('"', '""')}"`).join(',') + end).join('');
        const found = readText(text, size);
        expect(found.map((row) => row.cells)).toEqual(rows);
        expect(found).toEqual(readText(text));
      }),
    );
  });

  it.each([
    [Buffer.from('a,b\n1,\xff\n', 'latin1'), /UTF-8 .*line 2/],
    [Buffer.from('a,b\n"1\n\xff",2\n', 'latin1'), /UTF-8 .*line 3/],
    [Buffer.from('\ufeffa,b\n', 'utf16le'), /UTF-16/],
    [Buffer.from('a,b\n1,2\n3,\0\n'), /NUL byte .*line 3/],
    [Buffer.from('a,b\n1,2\n"3,4\n5,6\n'), /not closed .*line 3, column a/],
    [Buffer.from(`a, b\n1,"${'x\n'.repeat(600_000)}`), /longer than .*line 2, column b/],
    [Buffer.from(`a, b,c\n1,${'x'.repeat(1_100_000)}`), /longer than .*line 2, column b/],
    [Buffer.from(`a, b,c\n1,${'x'.repeat(1_100_000)},2\n`), /longer than .*line 2, column b/],
    [Buffer.from(`a\n1\n${'x'.repeat(1_100_000)}\n`), /longer than .*line 3/],
    [Buffer.from(`a\n1\n"${'x\n'.repeat(600_000)}`), /longer than .*line 3/],
    [Buffer.from('a,b\r1,2\r'.repeat(150_000)), /CR alone/],
  ])('refuses what is no such file: %#', (bytes, message) => {
    expect(refusal(() => read(bytes, 65_536))).toMatch(message);
  });
});
