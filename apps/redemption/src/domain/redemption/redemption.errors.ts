import { LaurelError, type ErrorCode } from '#libs/contracts';
import type { CalendarDate } from '#libs/kernel';

export class IllegalRedemptionStepError extends LaurelError {
  constructor(detail: string) {
    super('redemption.illegal_state', detail);
  }
}

/** The quota is spent. `resetsAt` is the date from which claims count anew; null when time does not renew the right. */
export class RedemptionLimitReachedError extends LaurelError {
  constructor(resetsAt: CalendarDate | null) {
    const detail = resetsAt === null ? 'the right is used up' : `the quota is spent until ${resetsAt}`;
    super('redemption.limit_reached', detail, { extra: { resetsAt } });
  }
}

/** A claim that a check refuses. */
export class ClaimRefusedError extends LaurelError {
  constructor(code: ErrorCode, detail: string, at?: { readonly pointer: string; readonly fault: string }) {
    super(code, detail, at === undefined ? {} : { faults: [{ pointer: at.pointer, code: at.fault, message: detail }] });
  }
}

export class ProgrammeNotStartedError extends LaurelError {
  constructor() {
    super('programme.not_started', 'the programme has no date before its first sync is applied');
  }
}
