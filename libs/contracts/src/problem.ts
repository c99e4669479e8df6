import { ERROR_STATUS, type ErrorCode, type FieldFault, type LaurelError } from './error-codes.ts';

/** RFC 9457 problem details, as every error of the API is answered. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly traceId: string;
  readonly errors: readonly FieldFault[];
  readonly [extra: string]: unknown;
}

/** The problem of an error; `type` is a stable URN made from the code. */
export function toProblem(error: LaurelError, traceId: string): Problem {
  return {
    ...error.extra,
    type: `urn:laurel:problem:${error.code}`,
    title: error.code.replaceAll(/[._]/g, ' '),
    status: ERROR_STATUS[error.code],
    detail: error.message,
    code: error.code,
    traceId,
    errors: error.faults,
  };
}
