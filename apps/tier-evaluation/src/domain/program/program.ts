import type { CalendarDate, Currency, RateBps } from '#libs/kernel';
import { Ladder, type MetricValue } from '../ladder/ladder.ts';

export interface Tier {
  readonly name: string;
  readonly color: string;
  readonly threshold: MetricValue;
  readonly commissionRateBps: RateBps;
}

/** What an admin configures; version 1 fixes currency, time zone, metric, mode and attribution for good. */
export interface ProgramTerms {
  readonly currency: Currency;
  readonly timezone: string;
  readonly metric: 'sales' | 'units';
  readonly mode: 'checkpoint' | 'lifetime';
  readonly checkpointMonths: number;
  readonly attribution: 'ledger' | 'post_date';
  readonly clearingDays: number;
  /** From the lowest. */
  readonly tiers: readonly Tier[];
}

/** A version of a client's program: what every decision is made under. */
export interface Program extends ProgramTerms {
  readonly version: number;
  /** The programme date when this version was published; null before the first sync. */
  readonly publishedOn: CalendarDate | null;
  readonly ladder: Ladder;
}

export function programOf(version: number, publishedOn: CalendarDate | null, terms: ProgramTerms): Program {
  return { ...terms, version, publishedOn, ladder: new Ladder(terms.tiers.map((tier) => tier.threshold)) };
}
