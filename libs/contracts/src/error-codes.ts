/**
 * Every code that an answer can carry, with its HTTP status. Clients match on the code; its meaning never changes.
 * The one total table between errors and HTTP.
 */
export const ERROR_STATUS = {
  validation_failed: 422,
  not_found: 404,
  unauthenticated: 401,
  forbidden: 403,
  rate_limited: 429,
  payload_too_large: 413,
  unsupported_media_type: 415,
  internal: 500,
  unavailable: 503,
  'idempotency.key_required': 422,
  'idempotency.key_reused': 422,
  'idempotency.in_flight': 409,
  'precondition.required': 428,
  'precondition.failed': 412,
  'client.slug_taken': 409,
  'program.missing': 409,
  'program.frozen_field': 409,
  'program.tier_in_use': 409,
  'program.sync_running': 409,
  'program.publication_running': 409,
  'programme.not_started': 409,
  'sync.in_progress': 409,
  'sync.held': 409,
  'sync.out_of_order': 409,
  'sync.invalid_file': 422,
  'sync.missing_column': 422,
  'sync.duplicate_column': 422,
  'sync.creator_too_large': 422,
  'sync.illegal_state': 409,
  'sync.not_applied': 409,
  'sync.upload_interrupted': 422,
  'sync.upload_stalled': 408,
  'sync.staging_lost': 409,
  'adjustment.date_out_of_range': 422,
  'creator.parked': 409,
  'explain.date_out_of_range': 422,
  'reward.illegal_value': 422,
  'backfill.illegal_state': 409,
  'redemption.illegal_state': 409,
  'redemption.not_open': 409,
  'redemption.reward_disabled': 409,
  'redemption.tier_mismatch': 409,
  'redemption.limit_reached': 409,
  'redemption.date_out_of_range': 422,
  'boost.slot_taken': 409,
  'discount.slot_taken': 409,
  'boost.illegal_state': 409,
  'boost.already_paid': 409,
  'boost.not_expired': 409,
  'payout.on_hold': 409,
  'payout.in_run': 409,
  'payout.duplicate_transaction': 409,
  'payout.arrived_late': 409,
  'payout.nothing_payable': 409,
  'payout.run_not_open': 409,
  'payout.already_exported': 409,
  'payout.invalid_results': 422,
  'parked.illegal_state': 409,
  'secret.unreadable': 500,
  'creator.erased': 409,
  'creator.being_erased': 409,
  'keys.not_current': 409,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** One faulty place of a request: `pointer` is a JSON pointer into the body, or the name of a query parameter. */
export interface FieldFault {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/**
 * An error that a client can act on. Services throw subclasses (or this), the edge alone turns it into problem+json.
 * `extra` holds further members of the answer, such as `resetsAt`; `headers` HTTP headers such as Retry-After.
 */
export class LaurelError extends Error {
  readonly code: ErrorCode;
  readonly faults: readonly FieldFault[];
  readonly extra: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    detail: string,
    options: {
      faults?: readonly FieldFault[];
      extra?: Record<string, unknown>;
      headers?: Record<string, string>;
    } = {},
  ) {
    super(detail);
    this.name = new.target.name;
    this.code = code;
    this.faults = options.faults ?? [];
    this.extra = options.extra ?? {};
    this.headers = options.headers ?? {};
  }
}
