import { LaurelError } from '#libs/contracts';
import type { CreatorId } from '#libs/kernel';
import type { SealedPlace } from './sealed-place.ts';

/**
 * A sealed value, or the data key it is sealed with, was altered, cut, moved to another place or sealed with another
 * key. One error for all of them, which says nothing about the value; the cause is for the log.
 */
export class SealBrokenError extends LaurelError {
  readonly place: SealedPlace;

  constructor(place: SealedPlace, cause: unknown) {
    super('secret.unreadable', `the sealed ${place.field} of creator ${place.creatorId} does not open`);
    this.place = place;
    this.cause = cause;
  }
}

/** The creator's data key is destroyed: nothing of it can be sealed or opened any more. */
export class CreatorErasedError extends LaurelError {
  constructor(creatorId: CreatorId) {
    super('creator.erased', `creator ${creatorId} is erased`);
  }
}

/** An erasure of the creator is being checked or carried out: nobody promises it anything meanwhile. */
export class CreatorBeingErasedError extends LaurelError {
  constructor(creatorId: CreatorId) {
    super('creator.being_erased', `creator ${creatorId} is being erased`, { headers: { 'Retry-After': '1' } });
  }
}
