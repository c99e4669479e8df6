import { LaurelError, type FieldFault } from '#libs/contracts';

/** A reward, or a change of one, that breaks a rule. */
export class InvalidRewardError extends LaurelError {
  constructor(faults: readonly FieldFault[]) {
    super('validation_failed', faults[0]?.message ?? 'the reward is not valid', { faults });
  }
}

/** The If-Match of a change names another version than the present one. */
export class StaleRewardError extends LaurelError {
  constructor(version: number) {
    super('precondition.failed', `the reward is at version ${version}`, { headers: { ETag: `"${version}"` } });
  }
}
