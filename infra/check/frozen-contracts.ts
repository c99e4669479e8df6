import type { Fault } from './fault.ts';

/** A released event as it stands in libs/contracts/frozen: a JSON Schema of its data, and how it travels. */
export interface FrozenContract {
  readonly type: string;
  readonly topic: string;
  readonly nature: string;
  readonly countedBySync: boolean;
  readonly data: JsonSchema;
}

export type JsonSchema = { readonly [keyword: string]: unknown };

/** Words for people: they may be bettered at any time. */
const PROSE = new Set(['description', 'title', 'examples']);

/**
 * What a subscriber of the frozen contract would stumble over in the current one. Optional fields may be added, nothing
 * else: a field that changes, goes, or becomes required wants a new version of the event.
 */
export function contractFaults(frozen: FrozenContract, current: FrozenContract | undefined): Fault[] {
  const fault = (place: string, message: string): Fault => ({ rule: 'released-events-are-frozen', place, message });
  if (current === undefined) return [fault(frozen.type, 'was released and is gone')];
  const travel = (['topic', 'nature', 'countedBySync'] as const)
    .filter((field) => frozen[field] !== current[field])
    .map((field) => fault(frozen.type, `${field} was ${frozen[field]} and is ${current[field]}`));
  return [
    ...travel,
    ...schemaFaults(frozen.data, current.data, '').map(({ place, message }) =>
      fault(`${frozen.type}${place}`, message),
    ),
  ];
}

interface Difference {
  readonly place: string;
  readonly message: string;
}

function schemaFaults(frozen: unknown, current: unknown, place: string): Difference[] {
  if (Array.isArray(frozen) || Array.isArray(current)) return listFaults(frozen, current, place);
  if (!isSchema(frozen) || !isSchema(current)) {
    return frozen === current
      ? []
      : [{ place, message: `was ${JSON.stringify(frozen)} and is ${JSON.stringify(current)}` }];
  }
  const keywords = new Set([...Object.keys(frozen), ...Object.keys(current)]);
  return [...keywords]
    .filter((keyword) => !PROSE.has(keyword))
    .flatMap((keyword) =>
      keyword === 'properties'
        ? propertyFaults(asSchema(frozen[keyword]), asSchema(current[keyword]), place)
        : schemaFaults(frozen[keyword], current[keyword], `${place}/${keyword}`),
    );
}

/** Of `properties` the new ones may stay; whether one of them is required shows in `required`. */
function propertyFaults(frozen: JsonSchema, current: JsonSchema, place: string): Difference[] {
  return Object.entries(frozen).flatMap(([name, schema]) =>
    name in current
      ? schemaFaults(schema, current[name], `${place}/${name}`)
      : [{ place: `${place}/${name}`, message: 'was removed' }],
  );
}

function listFaults(frozen: unknown, current: unknown, place: string): Difference[] {
  if (!Array.isArray(frozen) || !Array.isArray(current) || frozen.length !== current.length) {
    return [{ place, message: `was ${JSON.stringify(frozen)} and is ${JSON.stringify(current)}` }];
  }
  return frozen.flatMap((item, index) => schemaFaults(item, current[index], `${place}/${index}`));
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null;
}

function asSchema(value: unknown): JsonSchema {
  return isSchema(value) ? value : {};
}
