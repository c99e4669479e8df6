import { addDays, dayOfWeek, type CalendarDate } from '#libs/kernel';

const BOOST_DAYS_AHEAD = 7;
const DISCOUNT_DAYS_AHEAD = 30;
const OPENING_MINUTE = 9 * 60;
const CLOSING_MINUTE = 16 * 60;
const SATURDAY = 6;
const SUNDAY = 0;

/** What the clocks of the client's zone show at the instant asked for. */
export interface WallTime {
  readonly date: CalendarDate;
  readonly hour: number;
  readonly minute: number;
}

/** What is wrong with the date asked for; undefined: nothing. A boost starts from tomorrow to 7 days after today. */
export function boostDateFault(scheduled: CalendarDate, today: CalendarDate): string | undefined {
  const first = addDays(today, 1);
  const last = addDays(today, BOOST_DAYS_AHEAD);
  return scheduled >= first && scheduled <= last ? undefined : `a boost starts from ${first} to ${last}`;
}

/** A discount starts on a weekday, at 09:00 or later and before 16:00 of the client's zone, today or up to 30 days after. */
export function discountTimeFault(at: WallTime, today: CalendarDate): string | undefined {
  const last = addDays(today, DISCOUNT_DAYS_AHEAD);
  if (at.date < today || at.date > last) return `a discount starts from ${today} to ${last}`;
  const day = dayOfWeek(at.date);
  if (day === SATURDAY || day === SUNDAY) return 'a discount starts on a weekday';
  const minute = at.hour * 60 + at.minute;
  if (minute >= OPENING_MINUTE && minute < CLOSING_MINUTE) return undefined;
  return 'a discount starts from 09:00 to before 16:00';
}
