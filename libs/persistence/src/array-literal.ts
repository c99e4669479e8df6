/** What needs no quotes in an array of Postgres; `null` in any spelling would be read as NULL. */
const PLAIN = /^(?!null$)[\w.:+-]+$/i;

/**
 * A set as Postgres reads it, `{a,"b c",NULL}`. The driver writes arrays too, element by element through regular
 * expressions, which costs half of a batch's time in this process.
 * @returns undefined for what is not made of texts, numbers, bigints and booleans: the driver knows bytes and instants
 */
export function arrayLiteral(values: readonly unknown[]): string | undefined {
  let literal = '{';
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (index > 0) literal += ',';
    if (value === null || value === undefined) literal += 'NULL';
    else if (typeof value === 'string') literal += PLAIN.test(value) ? value : quoted(value);
    else if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
      literal += String(value);
    else return undefined;
  }
  return `${literal}}`;
}

function quoted(text: string): string {
  const escaped = text.includes('\\') ? text.replaceAll('\\', '\\\\') : text;
  return `"${escaped.includes('"') ? escaped.replaceAll('"', '\\"') : escaped}"`;
}
