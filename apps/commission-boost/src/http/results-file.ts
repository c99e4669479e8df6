import Papa from 'papaparse';
import { LaurelError } from '#libs/contracts';
import { InvalidResultsError } from '../domain/payout/payout.errors.ts';
import type { NumberedResult } from '../use-cases/settle-payout-run.ts';

/** What providers call the columns, in letters and digits alone. */
const NAMES = {
  reference: ['reference', 'referenceid', 'customerid', 'senderitemid', 'uniqueid'],
  transactionId: ['transactionid', 'paypaltransactionid', 'txnid'],
  status: ['status', 'transactionstatus'],
} as const;
type Column = keyof typeof NAMES;
type Header = Readonly<Record<Column, number>>;

const LARGEST_FILE_BYTES = 32 * 2 ** 20;
const MOST_LINES = 200_000;
/** A quote that never closes is found out here: read again with every piece, a long one would cost its square. */
const LONGEST_ROW = 65_536;
/** Longer ones are nobody's. */
const LONGEST_CELL = 200;
const parser = new Papa.Parser({ delimiter: ',', newline: '\n', quoteChar: '"' });

/**
 * Reads the results of a provider as they come: UTF-8 with or without a BOM, a header in any order with columns to spare,
 * lines that end in LF or CRLF. Blank lines are passed over.
 * @throws InvalidResultsError for what is no such file, LaurelError payload_too_large
 */
export async function* readResults(body: AsyncIterable<Buffer>): AsyncGenerator<readonly NumberedResult[]> {
  const file = new ResultsFile();
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > LARGEST_FILE_BYTES) throw tooLarge(`${LARGEST_FILE_BYTES} bytes`);
    const results = file.push(piece);
    if (results.length > 0) yield results;
  }
  const results = file.end();
  if (results.length > 0) yield results;
}

class ResultsFile {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #open = '';
  #line = 1;
  #header: Header | undefined;

  push(piece: Buffer): NumberedResult[] {
    this.#open += this.#decode(piece);
    return this.#open.includes('\n') || this.#open.length > LONGEST_ROW ? this.#take(false) : [];
  }

  end(): NumberedResult[] {
    this.#open += this.#decode();
    const results = this.#take(true);
    if (this.#header === undefined) throw new InvalidResultsError('the results are empty');
    return results;
  }

  #decode(piece?: Buffer): string {
    try {
      return piece === undefined ? this.#decoder.decode() : this.#decoder.decode(piece, { stream: true });
    } catch {
      throw new InvalidResultsError('the results are not UTF-8');
    }
  }

  #take(isLast: boolean): NumberedResult[] {
    const { data, meta, errors } = parser.parse(this.#open, 0, !isLast) as Papa.ParseResult<string[]>;
    if (isLast && errors.some(({ code }) => code === 'MissingQuotes')) {
      throw new InvalidResultsError('a quoted field of the results is not closed');
    }
    this.#open = isLast ? '' : this.#open.slice(meta.cursor);
    if (this.#open.length > LONGEST_ROW) throw new InvalidResultsError('a line of the results does not end');
    return data.flatMap((cells) => this.#read(cells));
  }

  #read(row: readonly string[]): NumberedResult[] {
    const line = this.#line;
    this.#line += 1 + row.reduce((ends, cell) => ends + (cell.split('\n').length - 1), 0);
    if (this.#line > MOST_LINES) throw tooLarge(`${MOST_LINES} lines`);
    const cells = row.map((cell) => cell.trim());
    if (cells.every((cell) => cell === '')) return [];
    if (this.#header === undefined) {
      this.#header = headerOf(cells);
      return [];
    }
    const of = (column: Column) => (cells[this.#header?.[column] ?? -1] ?? '').slice(0, LONGEST_CELL);
    return [{ line, reference: of('reference'), transactionId: of('transactionId'), status: of('status') }];
  }
}

function headerOf(cells: readonly string[]): Header {
  const names = cells.map((cell) => cell.toLowerCase().replace(/[^a-z0-9]/g, ''));
  const placeOf = (column: Column): number => {
    const known: readonly string[] = NAMES[column];
    const place = names.findIndex((name) => known.includes(name));
    if (place === -1) throw new InvalidResultsError(`the results have no column ${column}`);
    return place;
  };
  return { reference: placeOf('reference'), transactionId: placeOf('transactionId'), status: placeOf('status') };
}

function tooLarge(limit: string): LaurelError {
  return new LaurelError('payload_too_large', `results have at most ${limit}`);
}
