import { LaurelError, type FieldFault } from '#libs/contracts';

/** A claim of a gift with an address or a size that it can not be sent with. Repeats nothing of what was typed. */
export class InvalidGiftOrderError extends LaurelError {
  constructor(faults: readonly FieldFault[]) {
    super('validation_failed', faults[0]?.message ?? 'the gift can not be sent', { faults });
  }
}
