/** A text that came out of unknown bytes, fit for a log line and a text column: no control characters, 500 at most. */
export function printable(text: string): string {
  return text
    .replaceAll(/\p{Cc}/gu, '\uFFFD')
    .toWellFormed()
    .slice(0, 500);
}
