import type { CsvRow } from './csv-reader.ts';

export interface PlainRows {
  readonly rows: readonly CsvRow[];
  /** How far the text is read: up to the first row that is not plain, or not complete. */
  readonly end: number;
  /** Lines that were read, blank ones too. */
  readonly lines: number;
}

const [LF, CR, QUOTE, COMMA] = [10, 13, 34, 44];

/**
 * Takes rows off the beginning of a text as long as they are plain: fields without quotes, or quoted from their first to
 * their last character. There is one way to read those, and this is the short one. The rest is the parser's.
 */
export function takePlainRows(text: string, firstLine: number, longestRow: number): PlainRows {
  const rows: CsvRow[] = [];
  let [at, line] = [0, firstLine];
  let quote = text.indexOf('"');
  for (;;) {
    const end = text.indexOf('\n', at);
    if (end === -1) break;
    if (quote !== -1 && quote < at) quote = text.indexOf('"', at);
    const row = quote === -1 || quote > end ? unquotedRow(text, at, end) : quotedRow(text, at);
    if (row === undefined || row.next - at > longestRow) break;
    const { cells, raw, next } = row;
    if (cells.length > 1 || raw.trim() !== '') rows.push({ line, cells, raw });
    line += next === end + 1 ? 1 : linesIn(text, at, next);
    at = next;
  }
  return { rows, end: at, lines: line - firstLine };
}

interface Taken {
  readonly cells: readonly string[];
  readonly raw: string;
  /** Where the next row begins. */
  readonly next: number;
}

function unquotedRow(text: string, from: number, lineEnd: number): Taken {
  const raw = text.slice(from, withoutReturn(text, from, lineEnd));
  return { cells: raw.split(','), raw, next: lineEnd + 1 };
}

/** @returns undefined for a quote that is not closed, or not right before a comma or a line end */
function quotedRow(text: string, rowStart: number): Taken | undefined {
  const cells: string[] = [];
  let from = rowStart;
  let lineEnd = -1;
  for (;;) {
    let end: number;
    if (text.charCodeAt(from) === QUOTE) {
      const close = closingQuote(text, from + 1);
      if (close === -1) return undefined;
      const inner = text.slice(from + 1, close);
      cells.push(inner.includes('"') ? inner.replaceAll('""', '"') : inner);
      end = close + 1;
      if (text.charCodeAt(end) === CR) end += 1;
      if (end > close + 1 && text.charCodeAt(end) !== LF) return undefined;
    } else {
      if (lineEnd < from) lineEnd = text.indexOf('\n', from);
      if (lineEnd === -1) return undefined;
      const comma = text.indexOf(',', from);
      end = comma === -1 || comma > lineEnd ? lineEnd : comma;
      cells.push(text.slice(from, end === lineEnd ? withoutReturn(text, from, end) : end));
    }
    const code = text.charCodeAt(end);
    if (code === LF) return { cells, raw: text.slice(rowStart, withoutReturn(text, rowStart, end)), next: end + 1 };
    if (code !== COMMA) return undefined;
    from = end + 1;
  }
}

/** @returns -1 when there is none */
function closingQuote(text: string, from: number): number {
  let close = text.indexOf('"', from);
  while (close !== -1 && text.charCodeAt(close + 1) === QUOTE) close = text.indexOf('"', close + 2);
  return close;
}

function withoutReturn(text: string, from: number, end: number): number {
  return end > from && text.charCodeAt(end - 1) === CR ? end - 1 : end;
}

function linesIn(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
