/**
 * A calendar date of a client's time zone, `YYYY-MM-DD`, 0001-9999. Dates compare as strings, so `<`, `>=` and
 * `sort()` are right without parsing. No time, no zone and no JavaScript Date leaves this file.
 */
declare const calendarDate: unique symbol;
export type CalendarDate = string & { readonly [calendarDate]: true };

const FORM = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The date, or undefined when the text is not an existing calendar date. */
export function parseCalendarDate(text: string): CalendarDate | undefined {
  const match = FORM.exec(text);
  if (!match) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  return text as CalendarDate;
}

/** @throws RangeError when the text is not an existing calendar date. */
export function toCalendarDate(text: string): CalendarDate {
  const date = parseCalendarDate(text);
  if (date === undefined) throw new RangeError(`not a calendar date: ${text.slice(0, 40)}`);
  return date;
}

/**
 * The date a number of months after an anchor, the day clamped to the month's last. Always computed from the anchor:
 * 2025-10-31 + 4 = 2026-02-28 and 2025-10-31 + 8 = 2026-06-30; adding 4 twice would lose the 31st for good.
 */
export function addMonths(anchor: CalendarDate, months: number): CalendarDate {
  const [year, month, day] = parts(anchor);
  const index = year * 12 + (month - 1) + months;
  const targetYear = Math.floor(index / 12);
  const targetMonth = index - targetYear * 12 + 1;
  return format(targetYear, targetMonth, Math.min(day, daysInMonth(targetYear, targetMonth)));
}

export function addDays(date: CalendarDate, days: number): CalendarDate {
  const [year, month, day] = parts(date);
  const moved = new Date(utcMidnight(year, month, day) + days * 86_400_000);
  return format(moved.getUTCFullYear(), moved.getUTCMonth() + 1, moved.getUTCDate());
}

/** Whole days from one date to another; negative when `to` is earlier. */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return (utcMidnight(...parts(to)) - utcMidnight(...parts(from))) / 86_400_000;
}

/** 0 = Sunday ... 6 = Saturday. */
export function dayOfWeek(date: CalendarDate): number {
  return new Date(utcMidnight(...parts(date))).getUTCDay();
}

/** The first day of the date's month. */
export function startOfMonth(date: CalendarDate): CalendarDate {
  return `${date.slice(0, 7)}-01` as CalendarDate;
}

/** The Sunday that begins the date's week. */
export function startOfWeek(date: CalendarDate): CalendarDate {
  return addDays(date, -dayOfWeek(date));
}

function parts(date: CalendarDate): [number, number, number] {
  return [Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10))];
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Date.UTC reads years 0-99 as 1900-1999; setUTCFullYear does not. */
function utcMidnight(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day);
}

function format(year: number, month: number, day: number): CalendarDate {
  if (year < 1 || year > 9999) throw new RangeError(`year ${year} is outside 1-9999`);
  const text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  return text as CalendarDate;
}
