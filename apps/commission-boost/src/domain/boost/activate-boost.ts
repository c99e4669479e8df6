import { addDays, instantAt } from '#libs/kernel';
import type { Activation, BoostTerms, Reading } from './boost.ts';

const ACTIVATION_HOUR = 14;

/** A boost begins on the business date of the first complete sync that has reached its scheduled date. */
export function activateBoost(terms: BoostTerms, reading: Reading): Activation {
  const activationDate = reading.sync.businessDate;
  if (activationDate < terms.scheduledDate) throw new RangeError('the sync is before the scheduled date');
  return {
    reading,
    activatedAt: instantAt(activationDate, ACTIVATION_HOUR, 0, terms.timezone),
    expiryDate: addDays(activationDate, terms.durationDays),
  };
}
