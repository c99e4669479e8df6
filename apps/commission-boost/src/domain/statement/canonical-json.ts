/** What a statement is made of. Fractions and numbers beyond 2^53 stand in no statement: amounts are text. */
export type Canonical = string | number | boolean | readonly Canonical[] | { readonly [name: string]: Canonical };

/**
 * RFC 8785: members in the order of their names' UTF-16 code units, no space, strings and numbers as ECMAScript writes
 * them. The same value has one text, so a digest over it can be checked by anybody.
 * @throws RangeError for what has no such text, or more than one: a fraction, a lone surrogate
 */
export function canonicalJson(value: Canonical): string {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw new RangeError('a lone surrogate has no UTF-8');
      return JSON.stringify(value);
    case 'number':
      if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number: ${value}`);
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return isList(value) ? `[${value.map(canonicalJson).join(',')}]` : members(value);
  }
}

function isList(value: object): value is readonly Canonical[] {
  return Array.isArray(value);
}

function members(value: { readonly [name: string]: Canonical }): string {
  // Strings compare by code units, as the RFC wants it; a locale has no say.
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${canonicalJson(name)}:${canonicalJson(value[name] ?? '')}`).join(',')}}`;
}
