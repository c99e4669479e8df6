/** The six states of a boost in the only order they can have. Database checks, API errors and the docs are made of it. */
export const BOOST_STATUSES = ['scheduled', 'active', 'expired', 'pending_info', 'pending_payout', 'paid'] as const;

export type BoostStatus = (typeof BOOST_STATUSES)[number];

/** 1 for `scheduled` to 6 for `paid`. Each step is made once, so this also is the version of the step's event. */
export function stepOf(status: BoostStatus): number {
  return BOOST_STATUSES.indexOf(status) + 1;
}

/** True if `to` is the one step that may follow `from`; a boost begins with `null -> scheduled`. */
export function maySucceed(from: BoostStatus | null, to: BoostStatus): boolean {
  return stepOf(to) === (from === null ? 0 : stepOf(from)) + 1;
}

/** True if a boost in `status` has made the step to `milestone`, or a later one. */
export function hasReached(status: BoostStatus, milestone: BoostStatus): boolean {
  return stepOf(status) >= stepOf(milestone);
}
