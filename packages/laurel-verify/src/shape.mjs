import { readFileSync } from 'node:fs';
import { isDate, isInstant } from './calendar.mjs';

const SCHEMA = JSON.parse(readFileSync(new URL('../statement-file.v1.schema.json', import.meta.url), 'utf8'));

/**
 * Holds a file against the frozen schema of version 1, with the few words of JSON Schema that it uses.
 * @param {unknown} file
 * @returns {{ pointer: string, message: string }[]}
 */
export function shapeFindings(file) {
  return [...against(SCHEMA, file, '')];
}

function* against(schema, value, pointer) {
  const wrong = (message) => ({ pointer, message });
  if (schema.const !== undefined && value !== schema.const) yield wrong(`is not "${schema.const}"`);
  else if (schema.enum !== undefined && !schema.enum.includes(value))
    yield wrong(`is none of ${schema.enum.join(', ')}`);
  else if (typeOf(value) !== schema.type) yield wrong(`is ${value === undefined ? 'missing' : 'no ' + schema.type}`);
  else if (schema.type === 'object') yield* ofObject(schema, value, pointer);
  else if (schema.type === 'array') yield* ofList(schema, value, pointer);
  else if (schema.type === 'string') yield* ofText(schema, value, wrong);
  else if (value < schema.minimum || value > schema.maximum) {
    yield wrong(`is not between ${schema.minimum} and ${schema.maximum}`);
  }
}

function typeOf(value) {
  if (Array.isArray(value)) return 'array';
  if (Number.isSafeInteger(value)) return 'integer';
  return value === null ? 'null' : typeof value;
}

function* ofObject({ properties, required }, value, pointer) {
  for (const [name, schema] of Object.entries(properties)) {
    if (Object.hasOwn(value, name)) yield* against(schema, value[name], `${pointer}/${name}`);
    else if (required.includes(name)) yield { pointer: `${pointer}/${name}`, message: 'is missing' };
  }
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(properties, name)) continue;
    const escaped = name.replaceAll('~', '~0').replaceAll('/', '~1');
    yield { pointer: `${pointer}/${escaped}`, message: 'is no part of a statement; nothing vouches for it' };
  }
}

function* ofList({ items, maxItems = Infinity }, value, pointer) {
  if (value.length > maxItems)
    yield { pointer, message: `has ${value.length} items, at most ${maxItems} are possible` };
  for (const [index, item] of value.entries()) yield* against(items, item, `${pointer}/${index}`);
}

function* ofText({ pattern, format, minLength = 0, maxLength = Infinity }, value, wrong) {
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) yield wrong(`does not match ${pattern}`);
  else if (format === 'date' && !isDate(value)) yield wrong(`is ${value}, which is no date`);
  else if (format === 'date-time' && !isInstant(value)) yield wrong(`is ${value}, which is no instant`);
  if (value.length < minLength || value.length > maxLength) yield wrong('is too short or too long');
}
