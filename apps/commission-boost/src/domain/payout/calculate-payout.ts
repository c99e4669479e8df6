import { shareHalfUp, type RateBps } from '#libs/kernel';

export interface PayoutFigures {
  /** What was sold between the two readings. Keeps its sign: returns can outweigh sales. */
  readonly deltaMinor: bigint;
  /** `max(0, delta)` */
  readonly payableMinor: bigint;
  /** `payable x rateBps / 10,000`, rounded half up once, to minor units. */
  readonly payoutMinor: bigint;
}

/** The rule for a payout: the rate on what the creator's raw lifetime GMV gained between two readings. */
export function calculatePayout(gmvAtActivationMinor: bigint, gmvAtExpiryMinor: bigint, rate: RateBps): PayoutFigures {
  const deltaMinor = gmvAtExpiryMinor - gmvAtActivationMinor;
  const payableMinor = deltaMinor > 0n ? deltaMinor : 0n;
  return { deltaMinor, payableMinor, payoutMinor: shareHalfUp(payableMinor, rate) };
}
