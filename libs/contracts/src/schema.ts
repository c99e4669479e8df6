import { Type, type TObject, type TProperties, type TUnsafe } from '@sinclair/typebox';

/** The building blocks of event data. One place, so that a date or an amount looks the same in every event. */
export const uuid = Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' });
export const calendarDate = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}$',
  description: 'a date of the client’s time zone',
});
export const instant = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$',
  description: 'UTC',
});
export const count = Type.Integer({ minimum: 0 });
export const signedCount = Type.Integer();
/** An integer of minor units or, in a units program, of units; a string, since sums pass 2^53. */
export const minor = Type.String({ pattern: '^-?\\d{1,24}$', description: 'an integer of minor units, as text' });
/** A value of the program's metric: minor units (sales) or units. */
export const metricValue = Type.String({ pattern: '^-?\\d{1,24}$', description: 'minor units or units, as text' });
export const tierNumber = Type.Integer({ minimum: 1, maximum: 6 });
export const rateBps = Type.Integer({ minimum: 0, maximum: 10_000 });
export const currencyCode = Type.String({ pattern: '^[A-Z]{3}$' });
export const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

export function object<P extends TProperties>(properties: P): TObject<P> {
  return Type.Object(properties, { additionalProperties: true });
}

export function oneOf<const T extends readonly string[]>(...values: T): TUnsafe<T[number]> {
  return Type.Union(values.map((value) => Type.Literal(value))) as unknown as TUnsafe<T[number]>;
}

export const list = Type.Array;
export const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
