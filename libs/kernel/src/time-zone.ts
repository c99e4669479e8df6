import type { CalendarDate } from './calendar-date.ts';

/** True for an IANA zone that this runtime knows, such as `America/New_York`; offsets like `+02:00` are not zones. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    formatter(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * The instant at which a zone's clocks show `hour:minute` on a date. In the gap of a spring change the time moves
 * forward by the gap; of the two readings of an autumn change the earlier one is taken.
 */
export function instantAt(date: CalendarDate, hour: number, minute: number, zone: string): Date {
  const wall = Date.parse(`${date}T${pad(hour)}:${pad(minute)}:00Z`);
  const before = offsetMs(new Date(wall - 86_400_000), zone);
  const after = offsetMs(new Date(wall + 86_400_000), zone);
  const candidates = [...new Set([wall - before, wall - after])]
    .filter((instant) => instant + offsetMs(new Date(instant), zone) === wall)
    .sort((a, b) => a - b);
  return new Date(candidates[0] ?? wall - before);
}

/** What a zone's clocks show at an instant. `hour` 0-23. */
export function wallClock(instant: Date, zone: string): { date: CalendarDate; hour: number; minute: number } {
  const fields = Object.fromEntries(
    formatter(zone)
      .formatToParts(instant)
      .map((part) => [part.type, part.value]),
  );
  const date = `${fields['year']}-${fields['month']}-${fields['day']}` as CalendarDate;
  return { date, hour: Number(fields['hour']), minute: Number(fields['minute']) };
}

function offsetMs(instant: Date, zone: string): number {
  const { date, hour, minute } = wallClock(instant, zone);
  const wall = Date.parse(`${date}T${pad(hour)}:${pad(minute)}:00Z`);
  return wall - Math.floor(instant.getTime() / 60_000) * 60_000;
}

/** Making a formatter costs 0.2 ms, asking one a microsecond; there are some 600 zones. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const digits = '2-digit';
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: digits,
    day: digits,
    hour: digits,
    minute: digits,
    hourCycle: 'h23',
  });
  formatters.set(zone, made);
  return made;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
