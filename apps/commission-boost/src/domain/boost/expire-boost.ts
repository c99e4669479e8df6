import { calculatePayout } from '../payout/calculate-payout.ts';
import type { Activation, BoostTerms, Expiry, Reading } from './boost.ts';

/** A boost ends at the first complete sync that has reached its expiry date; what it pays is settled there. */
export function expireBoost(terms: BoostTerms, activation: Activation, reading: Reading): Expiry {
  if (reading.sync.businessDate < activation.expiryDate) throw new RangeError('the sync is before the expiry date');
  const { deltaMinor, payoutMinor } = calculatePayout(activation.reading.gmvMinor, reading.gmvMinor, terms.rateBps);
  return { reading, deltaMinor, calculatedPayoutMinor: payoutMinor };
}
