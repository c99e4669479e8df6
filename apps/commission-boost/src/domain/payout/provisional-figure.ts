import type { CalendarDate } from '#libs/kernel';
import type { Boost } from '../boost/boost.ts';
import { calculatePayout } from './calculate-payout.ts';

/** A creator's raw lifetime GMV as of the latest complete sync that a boost may still be read at. */
export interface LatestReading {
  readonly businessDate: CalendarDate;
  readonly gmvMinor: bigint;
}

export interface ProvisionalFigure {
  readonly asOf: CalendarDate;
  readonly deltaMinor: bigint;
  readonly payoutMinor: bigint;
}

/** What the boost would pay if it ended with that reading. Only an active boost has one: returns may still come. */
export function provisionalFigure(boost: Boost, latest: LatestReading | undefined): ProvisionalFigure | null {
  if (boost.status !== 'active' || boost.activation === null || latest === undefined) return null;
  const { gmvMinor } = boost.activation.reading;
  const { deltaMinor, payoutMinor } = calculatePayout(gmvMinor, latest.gmvMinor, boost.terms.rateBps);
  return { asOf: latest.businessDate, deltaMinor, payoutMinor };
}
