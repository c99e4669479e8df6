/** A rate in basis points: 500 is 5 %, 10,000 is 100 %. */
declare const rateBps: unique symbol;
export type RateBps = number & { readonly [rateBps]: true };

/** @throws RangeError outside 0-10,000 or for a fraction. */
export function toRateBps(value: number): RateBps {
  if (!Number.isInteger(value) || value < 0 || value > 10_000)
    throw new RangeError(`not a rate in basis points: ${value}`);
  return value as RateBps;
}

/**
 * A share of an amount that is not negative, rounded half up once, to minor units:
 * 10,010 at 500 bps is 500.5 and becomes 501.
 */
export function shareHalfUp(minor: bigint, rate: RateBps): bigint {
  if (minor < 0n) throw new RangeError('a share is taken of an amount that is not negative');
  return (minor * BigInt(rate) + 5_000n) / 10_000n;
}
