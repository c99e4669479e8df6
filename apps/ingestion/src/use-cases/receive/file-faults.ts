import { LaurelError } from '#libs/contracts';

/** The file can not be read at all. Nothing of it is booked. */
export function invalidFile(problem: string, line: number): LaurelError {
  const message = `${problem} (line ${line})`;
  return new LaurelError('sync.invalid_file', message, {
    faults: [{ pointer: `line/${line}`, code: 'invalid_file', message: problem }],
  });
}

export function unfitHeader(kind: 'missing' | 'repeated', columns: readonly string[]): LaurelError {
  const code = kind === 'missing' ? 'sync.missing_column' : 'sync.duplicate_column';
  const said = kind === 'missing' ? 'is missing' : 'is there more than once';
  return new LaurelError(code, columns.map((column) => `column ${column} ${said}`).join(', '), {
    faults: columns.map((column) => ({ pointer: column, code: kind, message: `the column ${said}` })),
  });
}
