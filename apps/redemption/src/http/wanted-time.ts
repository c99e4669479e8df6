import { LaurelError } from '#libs/contracts';
import { parseCalendarDate } from '#libs/kernel';
import type { WantedTime } from '../domain/claim/claim-schedule.ts';

/** The times of a claim, whose form has been checked. @throws LaurelError validation_failed for a day that there is not */
export function wantedTime(body: {
  readonly scheduledDate?: string | null;
  readonly scheduledAt?: string | null;
}): WantedTime {
  return {
    scheduledDate: given(body.scheduledDate, (text) => day('/scheduledDate', text)),
    scheduledAt: given(body.scheduledAt, (text) => instant('/scheduledAt', text)),
  };
}

function given<T>(text: string | null | undefined, read: (text: string) => T): T | undefined {
  return text === undefined || text === null ? undefined : read(text);
}

function day(pointer: string, text: string) {
  return parseCalendarDate(text) ?? refuse(pointer);
}

/** `Date` takes the 30th of February for the 2nd of March, and an offset of 99 hours for no time at all. */
function instant(pointer: string, text: string): Date {
  day(pointer, text.slice(0, 10));
  const read = new Date(text);
  return Number.isNaN(read.getTime()) ? refuse(pointer) : read;
}

function refuse(pointer: string): never {
  const message = `${pointer.slice(1)} is no day or time of the calendar`;
  throw new LaurelError('validation_failed', message, { faults: [{ pointer, code: 'date', message }] });
}
