import { isUtf8 } from 'node:buffer';
import Papa from 'papaparse';
import { invalidFile, LONE_RETURN } from './file-faults.ts';
import { takePlainRows } from './plain-rows.ts';

/** A row of the file, with the lines it stands on. */
export interface CsvRow {
  /** The number of the row's first line, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** As in the file, without the line end. */
  readonly raw: string;
}

/** A row may be this long, in bytes or characters; a quote that never closes is found out here and not in memory. */
const LONGEST_ROW = 1_048_576;
/** Of a column, where a fault names it. */
const LONGEST_NAME = 80;
const LF = 10;
const parser = new Papa.Parser({ delimiter: ',', newline: '\n', quoteChar: '"' });

/**
 * Takes a file apart as its bytes come, holding no more than a row that is not complete yet. UTF-8 with or without a
 * BOM; lines end in LF or CRLF; quoted fields may hold line ends. Blank lines are passed over.
 *
 * Bytes are cut behind a line feed, which in UTF-8 is never part of another character, so every piece decodes by itself.
 * @throws LaurelError sync.invalid_file for what is no such file, naming the line
 */
export class CsvReader {
  #bytes: Buffer[] = [];
  #byteCount = 0;
  /** The beginning of a row whose quote is still open. */
  #open = '';
  #nextLine = 1;
  /** Of the first row: what a fault calls its column by. */
  #columns: readonly string[] = [];
  #started = false;

  /** @returns the rows that are complete by now */
  push(bytes: Buffer): readonly CsvRow[] {
    const end = bytes.lastIndexOf(LF) + 1;
    if (end === 0) {
      this.#keep(bytes);
      return [];
    }
    const piece = this.#take(bytes.subarray(0, end));
    this.#keep(bytes.subarray(end));
    const text = this.#decode(piece);
    const input = this.#open + text;
    // No row ends in a quote that stays open: read again with every piece, a long one would cost its square.
    return this.#open !== '' && !text.includes('"') ? this.#stayOpen(input) : this.#readPlain(input);
  }

  /** @returns the last row, when the file does not end in a line end */
  end(): readonly CsvRow[] {
    return this.#read(this.#open + this.#decode(this.#take(Buffer.alloc(0))), true);
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#bytes.push(bytes);
    this.#byteCount += bytes.length;
    if (this.#byteCount > LONGEST_ROW) {
      throw this.#tooLong(0, cellsOf(this.#open + Buffer.concat(this.#bytes).toString('utf8')));
    }
  }

  #take(bytes: Buffer): Buffer {
    const whole = this.#bytes.length === 0 ? bytes : Buffer.concat([...this.#bytes, bytes]);
    this.#bytes = [];
    this.#byteCount = 0;
    return whole;
  }

  #decode(piece: Buffer): string {
    const start = this.#started ? 0 : this.#startOf(piece);
    this.#started ||= piece.length > 0;
    if (!isUtf8(piece))
      throw invalidFile(
        'the file is not UTF-8',
        this.#lineWhere(piece, (line) => !isUtf8(line)),
      );
    if (piece.includes(0))
      throw invalidFile(
        'the file has a NUL byte',
        this.#lineWhere(piece, (line) => line.includes(0)),
      );
    return piece.toString('utf8', start);
  }

  /** Where the text begins: behind the BOM. */
  #startOf(piece: Buffer): number {
    const [first, second, third] = piece;
    // Without a mark of its order the letters of a header still have a zero byte each.
    const isWide = first === 0 || second === 0;
    if (isWide || (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
      throw invalidFile('the file is UTF-16; save it as UTF-8', 1);
    }
    return first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;
  }

  #stayOpen(input: string): readonly CsvRow[] {
    this.#open = input;
    if (input.length > LONGEST_ROW) throw this.#tooLong(0, cellsOf(input));
    return [];
  }

  /** Nearly every row is plain, and the parser takes three times as long. */
  #readPlain(input: string): readonly CsvRow[] {
    const { rows, end, lines } = takePlainRows(input, this.#nextLine, LONGEST_ROW);
    if (rows[0] !== undefined) this.#learnColumns(rows[0].cells);
    this.#nextLine += lines;
    this.#open = '';
    return end === input.length ? rows : [...rows, ...this.#read(input.slice(end), false)];
  }

  #learnColumns(cells: readonly string[]): void {
    if (this.#columns.length === 0) this.#columns = cells.map((cell) => cell.trim().slice(0, LONGEST_NAME));
  }

  #read(input: string, last: boolean): readonly CsvRow[] {
    const { data, meta, errors } = parser.parse(input, 0, !last) as Papa.ParseResult<string[]>;
    if (last && errors.some((error) => error.code === 'MissingQuotes')) {
      const column = this.#columns[(data.at(-1)?.length ?? 0) - 1];
      throw invalidFile('a quoted field is not closed', this.#nextLine + linesIn(data), column);
    }
    this.#open = last ? '' : input.slice(meta.cursor);
    const rows = this.#number(data, input);
    if (this.#open.length > LONGEST_ROW) throw this.#tooLong(0, cellsOf(this.#open));
    return rows;
  }

  /** Gives every row its line and its text: a row has one line more than its fields have line ends. */
  #number(data: readonly string[][], input: string): readonly CsvRow[] {
    const lines = input.split('\n');
    const rows: CsvRow[] = [];
    let at = 0;
    for (const cells of data) {
      const from = at;
      at += data.length + 1 >= lines.length ? 1 : 1 + lineEndsIn(cells);
      const raw = withoutReturn(at === from + 1 ? (lines[from] ?? '') : lines.slice(from, at).join('\n'));
      if (cells.length === 1 && raw.trim() === '') continue;
      if (raw.length > LONGEST_ROW) throw this.#tooLong(from, cells);
      this.#learnColumns(cells);
      const final = cells.length - 1;
      cells[final] = withoutReturn(cells[final] ?? '');
      rows.push({ line: this.#nextLine + from, cells, raw });
    }
    this.#nextLine += at;
    return rows;
  }

  /** @param ahead lines before the row that are not counted yet */
  #tooLong(ahead: number, cells: readonly string[]): Error {
    const hasReturns = this.#nextLine === 1 && this.#bytes.some((bytes) => bytes.includes(13));
    const problem = hasReturns
      ? LONE_RETURN
      : `a row is longer than ${LONGEST_ROW} characters, or its quote is never closed`;
    return invalidFile(problem, this.#nextLine + ahead, this.#columns[indexOfLongest(cells)]);
  }

  #lineWhere(piece: Buffer, isFaulty: (line: Buffer) => boolean): number {
    let line = this.#nextLine + (this.#open === '' ? 0 : this.#open.split('\n').length - 1);
    for (let from = 0; from < piece.length; line++) {
      const end = piece.indexOf(LF, from);
      const to = end === -1 ? piece.length : end + 1;
      if (isFaulty(piece.subarray(from, to))) return line;
      from = to;
    }
    return line;
  }
}

/** Of a row that has not ended. */
function cellsOf(beginning: string): readonly string[] {
  return (parser.parse(beginning, 0, false) as Papa.ParseResult<string[]>).data.at(-1) ?? [];
}

function indexOfLongest(cells: readonly string[]): number {
  return cells.reduce((longest, cell, index) => (cell.length > (cells[longest]?.length ?? 0) ? index : longest), 0);
}

function linesIn(data: readonly string[][]): number {
  return data.slice(0, -1).reduce((sum, cells) => sum + 1 + lineEndsIn(cells), 0);
}

function lineEndsIn(cells: readonly string[]): number {
  let ends = 0;
  for (const cell of cells) {
    for (let at = cell.indexOf('\n'); at !== -1; at = cell.indexOf('\n', at + 1)) ends++;
  }
  return ends;
}

function withoutReturn(text: string): string {
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
