/** An account that was changed this shortly before it is paid is looked at: somebody else may have changed it. */
const RECENT_MS = 24 * 3_600_000;

/** @param version of the payment details: the first is no change */
export function isChangedShortlyBefore(
  paymentAt: Date,
  given: { readonly version: number; readonly at: Date },
): boolean {
  return given.version > 1 && paymentAt.getTime() - given.at.getTime() < RECENT_MS;
}
