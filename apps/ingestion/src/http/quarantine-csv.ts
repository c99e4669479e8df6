import type { QuarantinedRow } from '../persistence/quarantine.repository.ts';

/**
 * The quarantine as CSV. What a spreadsheet would take for a formula gets an apostrophe before it: the rows come from
 * outside, and are opened by an admin.
 */
export async function* quarantineCsv(pages: AsyncIterable<readonly QuarantinedRow[]>): AsyncGenerator<string> {
  yield 'line,column,reason,raw\r\n';
  for await (const rows of pages) {
    yield rows
      .map(({ line, column, reason, raw }) => `${line},${cell(column ?? '')},${cell(reason)},${cell(raw)}\r\n`)
      .join('');
  }
}

function cell(text: string): string {
  const harmless = /^[\s]*[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
