import { createHash } from 'node:crypto';
import { LaurelError } from '#libs/contracts';
import { canonicalHandle } from '../../domain/handle/canonical-handle.ts';
import { readHeader, type Header } from '../../domain/row/columns.ts';
import { readPlainRow } from '../../domain/row/read-plain-row.ts';
import { readRow, type FileTerms } from '../../domain/row/read-row.ts';
import type { StagedRow } from '../../domain/row/staged-row.ts';
import { CsvReader, type CsvRow } from './csv-reader.ts';
import { invalidFile, LONE_RETURN, unfitHeader } from './file-faults.ts';
import { videoKeyOf } from './video-key.ts';

export const LARGEST_FILE_BYTES = 2 ** 30;

/** How far the file is read. Complete once `rows` has ended. */
export interface FileProgress {
  bytes: number;
  rows: number;
  faulty: number;
  /** Of the first row. */
  firstLine: number | undefined;
  ignoredColumns: readonly string[];
  sha256: string | undefined;
}

/** A file as it comes: batches of judged rows, and how far it is read. */
export class FileReading {
  readonly progress: FileProgress = {
    bytes: 0,
    rows: 0,
    faulty: 0,
    firstLine: undefined,
    ignoredColumns: [],
    sha256: undefined,
  };
  readonly #terms: FileTerms;
  #header: Header | undefined;

  constructor(terms: FileTerms) {
    this.#terms = terms;
  }

  /** @throws LaurelError for a file that is refused whole */
  async *rows(body: AsyncIterable<Buffer>): AsyncGenerator<readonly StagedRow[]> {
    const hash = createHash('sha256');
    const reader = new CsvReader();
    for await (const bytes of body) {
      this.#count(bytes.length);
      hash.update(bytes);
      const rows = this.#judge(reader.push(bytes));
      if (rows.length > 0) yield rows;
    }
    const rows = this.#judge(reader.end());
    if (this.#header === undefined) throw invalidFile('the file is empty', 1);
    if (rows.length > 0) yield rows;
    if (this.progress.rows === 0) throw invalidFile('the file has a header and no rows', 1);
    this.progress.sha256 = hash.digest('hex');
  }

  #judge(rows: readonly CsvRow[]): StagedRow[] {
    const [first, ...others] = rows;
    if (first === undefined) return [];
    if (this.#header !== undefined) return rows.map((row) => this.#read(row, this.#header as Header));
    const header = headerOf(first);
    this.#header = header;
    this.progress.ignoredColumns = header.ignored;
    return others.map((row) => this.#read(row, header));
  }

  #read({ line, raw, cells }: CsvRow, header: Header): StagedRow {
    this.progress.rows += 1;
    this.progress.firstLine ??= line;
    const plain = readPlainRow(cells, header, this.#terms);
    const read = plain ?? readRow(cells, header, this.#terms);
    if (read.kind === 'sound') return { ...read, line, raw, videoKey: videoKeyOf(read.videoUrl) };
    this.progress.faulty += 1;
    if (cells.length > header.width) refuseReturns({ line, raw });
    const named = cells.length === header.width ? canonicalHandle(cells[header.positions.Handle] ?? '') : undefined;
    return { ...read, line, raw, handle: named ?? null };
  }

  #count(bytes: number): void {
    this.progress.bytes += bytes;
    if (this.progress.bytes > LARGEST_FILE_BYTES) {
      throw new LaurelError('payload_too_large', `a file has at most ${LARGEST_FILE_BYTES} bytes`);
    }
  }
}

/** Lines that end in CR alone come as one row of far too many fields. In quotes a CR is text, and in a row of its own width. */
function refuseReturns({ line, raw }: Pick<CsvRow, 'line' | 'raw'>): void {
  if (!raw.includes('\r')) return;
  if (raw.replaceAll(/"[^"]*"/g, '').includes('\r')) throw invalidFile(LONE_RETURN, line);
}

function headerOf(row: CsvRow): Header {
  if (row.raw.includes('\r')) throw invalidFile(LONE_RETURN, row.line);
  const reading = readHeader(row.cells);
  if (reading.kind !== 'header') throw unfitHeader(reading.kind, reading.columns);
  return reading.header;
}

/** Reads a body for its SHA-256 alone. */
export async function hashOf(body: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of body) hash.update(bytes);
  return hash.digest('hex');
}
