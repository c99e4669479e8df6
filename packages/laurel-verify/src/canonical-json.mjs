/**
 * RFC 8785 for what a statement is made of: text, whole numbers, true and false, lists, objects.
 * @param {unknown} value as JSON.parse gives it
 * @returns {string}
 * @throws {RangeError} for what no statement holds
 */
export function canonicalJson(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    // Without a comparison of its own, sort goes by UTF-16 code units: what the RFC asks for.
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name])}`).join(',')}}`;
  }
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new RangeError('not a whole number');
  if (typeof value === 'string' && /\p{Surrogate}/u.test(value)) throw new RangeError('not well-formed text');
  return JSON.stringify(value);
}
