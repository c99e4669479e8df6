import { addDays, daysBetween, decimalsOf, type CalendarDate } from '#libs/kernel';
import type { Activation, Boost, Expiry } from '../boost/boost.ts';
import type { NewAlert } from './alert.ts';

/** In whole units of the currency: a transfer of less costs more than it brings. */
const TINY_PAYOUT = 3n;
const USUAL_DAYS = 30;
const UNUSUAL_TIMES = 10n;

type Ended = Pick<Boost, 'id' | 'creatorId' | 'terms'> & { readonly activation: Activation; readonly expiry: Expiry };

/** The first of the days that a boost's sales are held against. */
export function usualSince(activation: Activation): CalendarDate {
  return addDays(activation.reading.sync.businessDate, -USUAL_DAYS);
}

/**
 * What a person should look at about a boost that has just expired.
 * @param soldBeforeMinor what the creator's raw GMV gained in the 30 days before the activation
 */
export function alertsAtExpiry(boost: Ended, soldBeforeMinor: bigint): NewAlert[] {
  const alerts = [...aboutThePayout(boost), ...aboutTheSales(boost, soldBeforeMinor)];
  return alerts.map((alert) => ({ ...alert, creatorId: boost.creatorId, boostId: boost.id, subject: boost.id }));
}

type About = Pick<NewAlert, 'kind' | 'facts'>;

function aboutThePayout({ terms, expiry: { deltaMinor, calculatedPayoutMinor } }: Ended): About[] {
  const { currency } = terms;
  if (deltaMinor < 0n) return [{ kind: 'negative_delta', facts: { deltaMinor: deltaMinor.toString(), currency } }];
  const tiny = calculatedPayoutMinor < TINY_PAYOUT * 10n ** BigInt(decimalsOf(currency));
  return tiny ? [{ kind: 'tiny_payout', facts: { payoutMinor: calculatedPayoutMinor.toString(), currency } }] : [];
}

/** Per day and exactly: delta / days > 10 x before / 30. Returns before do not make less than nothing usual. */
function aboutTheSales({ activation, expiry, terms }: Ended, soldBeforeMinor: bigint): About[] {
  const days = daysBetween(activation.reading.sync.businessDate, expiry.reading.sync.businessDate);
  const usual = soldBeforeMinor > 0n ? soldBeforeMinor : 0n;
  if (expiry.deltaMinor * BigInt(USUAL_DAYS) <= UNUSUAL_TIMES * usual * BigInt(days)) return [];
  const sold = { soldMinor: expiry.deltaMinor.toString(), days };
  const before = { soldBeforeMinor: soldBeforeMinor.toString(), daysBefore: USUAL_DAYS };
  return [{ kind: 'unusual_sales', facts: { ...sold, ...before, currency: terms.currency } }];
}
