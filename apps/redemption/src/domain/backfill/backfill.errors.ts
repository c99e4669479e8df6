import { LaurelError } from '#libs/contracts';

export class IllegalBackfillStepError extends LaurelError {
  constructor(detail: string) {
    super('backfill.illegal_state', detail);
  }
}
