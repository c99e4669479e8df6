import { Type, type TSchema } from '@sinclair/typebox';

/** The building blocks of bodies on the wire. `additionalProperties` stays open: fields may be added, never renamed. */
export const uuid = Type.String({ format: 'uuid' });
export const date = Type.String({ format: 'date', description: 'a date of the client’s time zone' });
export const instant = Type.String({ format: 'date-time', description: 'UTC' });
export const count = Type.Integer({ minimum: 0 });
export const tierNumber = Type.Integer({ minimum: 1, maximum: 6 });
export const bps = Type.Integer({ minimum: 0, maximum: 10_000, description: 'basis points' });
export const metric = Type.String({
  pattern: '^-?\\d+(\\.\\d+)?$',
  description: 'money in a sales program, a whole number in a units program',
});
export const text = Type.String();

export const object = Type.Object;
export const list = Type.Array;
export const optional = Type.Optional;

export function nullable(schema: TSchema): TSchema {
  return Type.Union([schema, Type.Null()]);
}

export function oneOf(...values: readonly string[]): TSchema {
  return Type.String({ enum: [...values] });
}

export function ref(name: string): TSchema {
  return Type.Unsafe({ $ref: `#/components/schemas/${name}` });
}

export function pageOf(name: string): TSchema {
  return object({ data: list(ref(name)), nextCursor: nullable(text) });
}

export const MONEY = object({
  amount: Type.String({ pattern: '^-?\\d+(\\.\\d+)?$', description: 'with the currency’s decimals' }),
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
});

export const money = ref('Money');
