import type { Hold, HoldReason } from '../domain/hold/judge-fall.ts';
import type { Manifest, Movement } from '../domain/sync/manifest.ts';

/** The shape of a value in a jsonb column: what is a bigint in the program is text there. */
export type Stored<T> = T extends bigint
  ? string
  : T extends object
    ? { readonly [Key in keyof T]: Stored<T[Key]> }
    : T;

export function toJson(value: Manifest | Hold): string {
  return JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? member.toString() : member));
}

export function manifestFrom(stored: Stored<Manifest>): Manifest {
  return {
    ...stored,
    gmvBeforeMinor: BigInt(stored.gmvBeforeMinor),
    gmvAfterMinor: BigInt(stored.gmvAfterMinor),
    unitsBefore: BigInt(stored.unitsBefore),
    unitsAfter: BigInt(stored.unitsAfter),
    largest: stored.largest.map(movementFrom),
  };
}

export function holdFrom(stored: Stored<Hold>): Hold {
  return { reasons: stored.reasons.map(reasonFrom), falling: stored.falling.map(movementFrom) };
}

export function movementFrom(stored: Stored<Movement>): Movement {
  return {
    handle: stored.handle,
    gmvBeforeMinor: BigInt(stored.gmvBeforeMinor),
    gmvAfterMinor: BigInt(stored.gmvAfterMinor),
    unitsBefore: BigInt(stored.unitsBefore),
    unitsAfter: BigInt(stored.unitsAfter),
  };
}

function reasonFrom(stored: Stored<HoldReason>): HoldReason {
  if (stored.rule === 'creators') return stored;
  return {
    ...stored,
    gmvBeforeMinor: BigInt(stored.gmvBeforeMinor),
    gmvAfterMinor: BigInt(stored.gmvAfterMinor),
  };
}
