import type { ClientId, CreatorId } from '#libs/kernel';

/** The place a value belongs to, within a client. Moved anywhere else, the ciphertext does not open. */
export interface SealedPlace {
  readonly creatorId: CreatorId;
  /** Table, column and row: `payment_detail.account/<boostId>/<version>`. Told in errors, so nothing of the value. */
  readonly field: string;
}

/** The layout of values under a data key. */
export const VALUE_LAYOUT = 2;

export function bindingOfValue(clientId: ClientId, place: SealedPlace): Buffer {
  return asBytes(['laurel', VALUE_LAYOUT, clientId, place.creatorId.toLowerCase(), place.field]);
}

/** A data key opens the values of one creator in one service, and is wrapped for that place. */
export function bindingOfKey(schema: string, clientId: ClientId, creatorId: CreatorId): Buffer {
  return asBytes(['laurel data key', schema, clientId, creatorId.toLowerCase()]);
}

function asBytes(parts: readonly (string | number)[]): Buffer {
  return Buffer.from(JSON.stringify(parts), 'utf8');
}
