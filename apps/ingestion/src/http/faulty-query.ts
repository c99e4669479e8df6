import { LaurelError } from '#libs/contracts';
import { parseCalendarDate, type CalendarDate } from '#libs/kernel';

export function faultyQuery(pointer: string, message: string): LaurelError {
  return new LaurelError('validation_failed', message, { faults: [{ pointer, code: 'invalid', message }] });
}

export function dateOf(name: string, value: unknown): CalendarDate {
  const date = typeof value === 'string' ? parseCalendarDate(value) : undefined;
  if (date === undefined) throw faultyQuery(name, `${name} is a date such as 2026-01-31`);
  return date;
}
