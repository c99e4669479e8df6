import { LaurelError } from '#libs/contracts';

/** Staging is unlogged: a crash of the database empties it. */
export const STAGING_LOST = {
  code: 'sync.staging_lost',
  detail: 'the database has lost the file before it was booked; send it again',
} as const;

export const LONE_RETURN = 'lines must end in LF or CRLF, not in CR alone';

/** The file can not be read at all. Nothing of it is booked. */
export function invalidFile(problem: string, line: number, column?: string): LaurelError {
  const place = column === undefined ? `line ${line}` : `line ${line}, column ${column}`;
  const message = `${problem} (${place})`;
  return new LaurelError('sync.invalid_file', message, {
    faults: [{ pointer: `line/${line}`, code: 'invalid_file', message }],
  });
}

export function unfitHeader(kind: 'missing' | 'repeated', columns: readonly string[]): LaurelError {
  const code = kind === 'missing' ? 'sync.missing_column' : 'sync.duplicate_column';
  const said = kind === 'missing' ? 'is missing' : 'is there more than once';
  return new LaurelError(code, columns.map((column) => `column ${column} ${said}`).join(', '), {
    faults: columns.map((column) => ({ pointer: column, code: kind, message: `the column ${said}` })),
  });
}
