/** One variable of the environment: its name, what it must look like, what it is worth when it is not set. */
export interface Field<T> {
  readonly variable: string;
  /** In words, for the list of faults: `a whole number from 1 to 65535`. */
  readonly expected: string;
  /** undefined: the variable must be set. */
  readonly fallback: T | undefined;
  readonly required: boolean;
  /** Never repeated in a fault or a log. */
  readonly secret: boolean;
  /** undefined: not as expected. */
  readonly parse: (text: string) => T | undefined;
}

export type FieldTable = Readonly<Record<string, Field<unknown>>>;
export type ConfigOf<Fields extends FieldTable> = {
  readonly [Name in keyof Fields]: Fields[Name] extends Field<infer T> ? T : never;
};

export interface FieldOptions<T> {
  readonly fallback?: T;
  readonly secret?: boolean;
}

interface Kind<T> {
  readonly expected: string;
  readonly parse: (text: string) => T | undefined;
}

function field<T>(variable: string, kind: Kind<T>, options: FieldOptions<T>): Field<T> {
  return {
    variable,
    expected: kind.expected,
    fallback: options.fallback,
    required: options.fallback === undefined,
    secret: options.secret ?? false,
    parse: kind.parse,
  };
}

export function text(variable: string, options: FieldOptions<string> & { expected?: string; pattern?: RegExp } = {}) {
  const { pattern } = options;
  const parse = (value: string) => (pattern === undefined || pattern.test(value) ? value : undefined);
  return field<string>(variable, { expected: options.expected ?? 'a text', parse }, options);
}

/** A variable that may stay unset. */
export function optionalText(variable: string, expected: string, secret = false): Field<string | undefined> {
  return { variable, expected, fallback: undefined, required: false, secret, parse: (value) => value };
}

export function integer(variable: string, options: FieldOptions<number> & { min: number; max: number }): Field<number> {
  const { min, max } = options;
  const parse = (value: string) => {
    const number = /^-?\d{1,15}$/.test(value) ? Number(value) : NaN;
    return number >= min && number <= max ? number : undefined;
  };
  return field(variable, { expected: `a whole number from ${min} to ${max}`, parse }, options);
}

export function port(variable: string, fallback: number): Field<number> {
  return integer(variable, { fallback, min: 0, max: 65_535 });
}

export function choice<const T extends string>(variable: string, values: readonly T[], options: FieldOptions<T> = {}) {
  const parse = (value: string) => values.find((allowed) => allowed === value);
  return field<T>(variable, { expected: `one of ${values.join(', ')}`, parse }, options);
}

/** A comma-separated list out of a closed set, without repetition; at least one. */
export function choices<const T extends string>(variable: string, values: readonly T[], fallback: readonly T[]) {
  const parse = (value: string) => {
    const parts = value.split(',').map((part) => part.trim());
    const known = parts.filter((part): part is T => (values as readonly string[]).includes(part));
    return known.length === parts.length && new Set(known).size === known.length ? known : undefined;
  };
  const expected = `a comma-separated list of ${values.join(', ')}`;
  return field<readonly T[]>(variable, { expected, parse }, { fallback });
}

/** A comma-separated list of texts; at least one. */
export function list(variable: string, expected: string, fallback?: readonly string[]): Field<readonly string[]> {
  const parse = (value: string) => {
    const parts = value.split(',').map((part) => part.trim());
    return parts.every((part) => part.length > 0) ? parts : undefined;
  };
  return field<readonly string[]>(variable, { expected, parse }, fallback === undefined ? {} : { fallback });
}

/** @param protocols without the colon, such as `postgres` */
export function url(variable: string, protocols: readonly string[], options: FieldOptions<string> = {}): Field<string> {
  const parse = (value: string) =>
    URL.canParse(value) && protocols.includes(new URL(value).protocol.slice(0, -1)) ? value : undefined;
  return field(variable, { expected: `a URL (${protocols.map((name) => `${name}://`).join(' or ')})`, parse }, options);
}

/** A key of the given length in base64. */
export function base64Key(variable: string, bytes: number): Field<Buffer> {
  const parse = (value: string) => {
    const key = /^[A-Za-z0-9+/_-]+={0,2}$/.test(value) ? Buffer.from(value, 'base64') : Buffer.alloc(0);
    return key.length === bytes ? key : undefined;
  };
  return field(variable, { expected: `${bytes} bytes in base64`, parse }, { secret: true });
}
