import { CATALOGUE, type EventDefinition } from '#libs/contracts';
import type { FrozenContract, JsonSchema } from '../check/frozen-contracts.ts';

export const FROZEN_FOLDER = 'libs/contracts/frozen';

/** Every event of the catalogue as it is kept in libs/contracts/frozen once it is released. */
export function currentContracts(): ReadonlyMap<string, FrozenContract> {
  return new Map(CATALOGUE.map(({ event }) => [event.type, contractOf(event)]));
}

export function frozenPath(type: string): string {
  return `${FROZEN_FOLDER}/${type}.json`;
}

export function contractOf(event: EventDefinition): FrozenContract {
  const { type, topic, nature, countedBySync } = event;
  return { type, topic, nature, countedBySync, data: plainSchema(event.data) as JsonSchema };
}

/** The schema as plain JSON; `required` is a set, so its order must not tell of the order of declaration. */
export function plainSchema(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema), (keyword, value: unknown) =>
    keyword === 'required' && Array.isArray(value) ? value.toSorted() : value,
  );
}
