/** Branded identifiers: a creator's id can not be passed where a client's is wanted. All are UUIDs in lower case. */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type ClientId = Branded<'ClientId'>;
export type CreatorId = Branded<'CreatorId'>;
export type SyncId = Branded<'SyncId'>;
export type AdjustmentId = Branded<'AdjustmentId'>;
export type RewardId = Branded<'RewardId'>;
export type RedemptionId = Branded<'RedemptionId'>;
export type BackfillId = Branded<'BackfillId'>;
export type BoostId = Branded<'BoostId'>;
export type ErasureId = Branded<'ErasureId'>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** Brands a UUID that a boundary has received. @throws RangeError when it is not a UUID in lower case. */
export function asId<Id extends Branded<string>>(text: string): Id {
  if (!isUuid(text)) throw new RangeError(`not a UUID in lower case: ${text.slice(0, 60)}`);
  return text as Id;
}
