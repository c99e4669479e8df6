import { addDays, daysBetween, decimalsOf, type CalendarDate, type Currency } from '#libs/kernel';
import type { Activation, Boost, Expiry } from '../boost/boost.ts';
import type { NewAlert } from './alert.ts';

/** In whole units of the currency: a transfer of less costs more than it brings. */
const TINY_PAYOUT = 3n;
const USUAL_DAYS = 30;
const UNUSUAL_TIMES = 10n;

/** What a creator sold before an activation, in the days that it is known of. */
export interface SoldBefore {
  readonly minor: bigint;
  /** 1 to 30. */
  readonly days: number;
}

type Ended = Pick<Boost, 'id' | 'creatorId' | 'terms'> & { readonly activation: Activation; readonly expiry: Expiry };

/** The first of the days that a boost's sales are held against. */
export function usualSince(activation: Activation): CalendarDate {
  return addDays(activation.reading.sync.businessDate, -USUAL_DAYS);
}

/**
 * What a creator is taken to have sold in the 30 days before an activation. With its first record come the sales of a
 * lifetime, so they are left out where that lies within the 30 days, and the days are those since. Who was first seen at
 * the activation itself, or has not been yet, can have sold no more than that lifetime: it is taken for 30 days.
 * @param gmvBefore raw GMV as of 30 days before, 0 for none
 * @param first the creator's first record within the 30 days, if it had none before them
 */
export function soldBefore(
  activation: Activation,
  gmvBefore: bigint,
  first: { readonly businessDate: CalendarDate; readonly gmvMinor: bigint } | undefined,
): SoldBefore {
  const { gmvMinor, sync } = activation.reading;
  const days = first === undefined ? 0 : daysBetween(first.businessDate, sync.businessDate);
  if (first === undefined || days <= 0) return { minor: gmvMinor - gmvBefore, days: USUAL_DAYS };
  return { minor: gmvMinor - first.gmvMinor, days };
}

/** What a person should look at about a boost that has just expired. */
export function alertsAtExpiry(boost: Ended, before: SoldBefore): NewAlert[] {
  const alerts = [...aboutThePayout(boost), ...aboutTheSales(boost, before)];
  return alerts.map((alert) => ({ ...alert, creatorId: boost.creatorId, boostId: boost.id, subject: boost.id }));
}

type About = Pick<NewAlert, 'kind' | 'facts'>;

function aboutThePayout({ terms, expiry: { deltaMinor, calculatedPayoutMinor } }: Ended): About[] {
  const { currency } = terms;
  if (deltaMinor < 0n) return [{ kind: 'negative_delta', facts: { deltaMinor: deltaMinor.toString(), currency } }];
  return aboutTheAmount(calculatedPayoutMinor, currency);
}

function aboutTheAmount(payoutMinor: bigint, currency: Currency): About[] {
  const tiny = payoutMinor < TINY_PAYOUT * 10n ** BigInt(decimalsOf(currency));
  return tiny ? [{ kind: 'tiny_payout', facts: { payoutMinor: payoutMinor.toString(), currency } }] : [];
}

/** What a person should look at about an amount that was set by hand. For 0 nothing is transferred. */
export function alertsAtFinalAmount(
  { id, creatorId, terms }: Omit<Ended, 'activation' | 'expiry'>,
  amountMinor: bigint,
): NewAlert[] {
  if (amountMinor === 0n) return [];
  return aboutTheAmount(amountMinor, terms.currency).map((about) => ({
    ...about,
    creatorId,
    boostId: id,
    subject: id,
  }));
}

/** Per day and exactly: delta / days > 10 x before / days before. Returns before do not make less than nothing usual. */
function aboutTheSales({ activation, expiry, terms }: Ended, sales: SoldBefore): About[] {
  const days = daysBetween(activation.reading.sync.businessDate, expiry.reading.sync.businessDate);
  const usual = sales.minor > 0n ? sales.minor : 0n;
  if (expiry.deltaMinor * BigInt(sales.days) <= UNUSUAL_TIMES * usual * BigInt(days)) return [];
  const sold = { soldMinor: expiry.deltaMinor.toString(), days };
  const before = { soldBeforeMinor: sales.minor.toString(), daysBefore: sales.days };
  return [{ kind: 'unusual_sales', facts: { ...sold, ...before, currency: terms.currency } }];
}
